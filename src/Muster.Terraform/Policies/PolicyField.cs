using Muster.Api.Policies;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>One thing that a policy is made of: as an attribute, and the way from the API and to it.</summary>
/// <param name="Attribute">As users write it.</param>
/// <param name="Read">What the server says of it.</param>
/// <param name="Write">Adds what a plan says of it; unknown and null are left out.</param>
internal sealed record PolicyField(
    SchemaAttribute Attribute, Func<PolicyInput, Value> Read, Func<PolicyInput, Fields, PolicyInput> Write)
{
    /// <summary>What holds for a kind where nothing is said; null for nothing.</summary>
    public Func<string, Value> Default { get; init; } = _ => Value.Null;

    /// <summary>Whether two values say the same, however they are spelled.</summary>
    public Func<Value, Value, bool> IsSame { get; init; } = (_, _) => false;

    public string Name => Attribute.Name;

    /// <summary>What is so, in the words that were there before where they say the same.</summary>
    public Value Spelled(Value before, Value now) =>
        Settling.IsSame(before, now) || (before.IsGiven && IsSame(before, now)) ? before : now;

    /// <summary>What shall be.</summary>
    /// <param name="written">What the user wrote.</param>
    /// <param name="kind">Of which kind the policy is; null where that is not known yet.</param>
    /// <param name="prior">What is so; null for a policy to be made.</param>
    public Value Planned(Value written, string? kind, Value? prior)
    {
        if (written.IsNull && !Attribute.IsComputed)
        {
            return written;
        }

        var wanted = !written.IsNull ? written : kind is null ? Value.Unknown : Default(kind);
        // Only what is there may stand in place of what is written: Terraform takes null for no answer.
        return prior is { IsGiven: true } known && wanted.IsGiven && IsSame(known, wanted) ? known : wanted;
    }
}
