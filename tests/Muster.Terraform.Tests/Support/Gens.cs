using CsCheck;

using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Support;

/// <summary>Random values.</summary>
internal static class Gens
{
    private static readonly Gen<Value> Leaves = Gen.OneOf(
        Gen.Const(Value.Null),
        Gen.Const(Value.Unknown),
        Gen.Bool.Select(flag => Value.Of(flag)),
        Gen.Long.Select(number => Value.Of(number)),
        Gen.Int[-200, 70000].Select(number => Value.Of(number)),
        Gen.Char.AlphaNumeric.Array[0, 40].Select(chars => Value.Of(new string(chars))));

    /// <summary>Values of every kind, four levels deep at most.</summary>
    public static Gen<Value> Values { get; } = Of(depth: 4);

    private static Gen<Value> Of(int depth) => depth == 0
        ? Leaves
        : Gen.Frequency(
            (3, Leaves),
            (1, Of(depth - 1).Array[0, 20].Select(items => (Value)new Value.Sequence([.. items]))),
            (1, Gen.Select(Gen.Char.AlphaNumeric.Array[1, 8], Of(depth - 1)).Array[0, 20].Select(items => (Value)Value.Object(
                items.Select(item => (Name: new string(item.Item1), Value: item.Item2)).DistinctBy(item => item.Name)))));
}
