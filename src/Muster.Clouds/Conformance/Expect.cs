using Muster.Core.Clouds;

namespace Muster.Clouds.Conformance;

/// <summary>What a rule expects. Each throws <see cref="RuleBrokenException"/> with what came instead.</summary>
internal static class Expect
{
    public static void That(bool kept, string otherwise)
    {
        if (!kept)
        {
            throw new RuleBrokenException(otherwise);
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what} is {Shown(actual)}: expected {Shown(expected)}");

    /// <summary>The same values, in whatever order.</summary>
    public static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) where T : IComparable<T>
    {
        T[] wanted = [.. expected.Order()];
        T[] found = [.. actual.Order()];
        That(
            wanted.SequenceEqual(found),
            $"{what}: missing {List(wanted.Except(found))}, not expected {List(found.Except(wanted))}, "
            + $"{found.Length} in all for {wanted.Length}");
    }

    public static async Task<CloudException> CloudErrorAsync(Func<Task> call, string what)
    {
        try
        {
            await call();
        }
        catch (CloudException error)
        {
            return error;
        }

        throw new RuleBrokenException($"{what} succeeded: expected an error");
    }

    public static async Task CancelledAsync(Func<Task> call, string what)
    {
        try
        {
            await call();
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new RuleBrokenException($"{what} went on although it was cancelled");
    }

    private static string List<T>(IEnumerable<T> values) => string.Join(", ", values) is { Length: > 0 } text ? text : "none";

    private static string Shown<T>(T value) => value is null ? "missing" : $"'{value}'";
}
