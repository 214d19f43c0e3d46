namespace Muster.Terraform.Values;

/// <summary>
/// Brings what was wanted and what is so together without breaking Terraform's rule that what a plan knew must come true to the letter.
/// </summary>
internal static class Settling
{
    /// <summary>What was planned, with every unknown in it replaced by what is so.</summary>
    public static Value Settle(Value planned, Value actual) => (planned, actual) switch
    {
        ({ IsUnknown: true }, _) => actual,
        (Value.Mapping wanted, Value.Mapping found) =>
            Value.Object(wanted.Items.Select(item => (item.Key, Settle(item.Value, new Fields(found)[item.Key])))),
        _ => planned,
    };

    /// <summary>What is so, as empty or null, whichever the user wrote: to the server they are the same.</summary>
    public static Value KeepEmpty(Value before, Value actual) =>
        IsEmpty(actual) && IsEmpty(before) ? before : IsEmpty(actual) ? Value.Null : actual;

    /// <summary>Whether two values say the same to the server: a text, list or map that is empty, and none.</summary>
    public static bool IsSame(Value one, Value other) => one == other || (IsEmpty(one) && IsEmpty(other));

    private static bool IsEmpty(Value value) => value switch
    {
        Value.Nothing => true,
        Value.Text text => text.Content.Length == 0,
        Value.Sequence list => list.Items.IsEmpty,
        Value.Mapping map => map.Items.IsEmpty,
        _ => false,
    };
}
