using Muster.Cli.Tests.Rooms.Fixtures.Uses.Used;

namespace Muster.Cli.Tests.Rooms.Fixtures.Uses.Using;

/// <summary>Uses a type in each of the places where a type may stand. It is read, and never run.</summary>
[Of(typeof(OfAttributeArgument<>))]
internal abstract class User : OfBase, OfInterface
{
    public OfField? Field { get; set; }

    public static int Call() => OfCall.Count();

    public static bool Catch(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (OfCatch)
        {
            return false;
        }
    }

    public static string? Constraint<T>(T value) where T : OfConstraint => value.ToString();

    public static string EnumValue() => $"{OfEnumValue.One}";

    public static object GenericArgument() => Array.Empty<List<OfGenericArgument>>();

    public static IEnumerable<object> Iterate()
    {
        yield return new OfIterator();
    }

    public static Func<int, Task> AsyncLambda() => async times =>
    {
        for (var i = 0; i < times; i++)
        {
            await OfAsyncLambda.WaitAsync();
        }
    };

    public abstract void Parameter(OfParameter[] all);

    private sealed record Nested(OfNestedType? Inner);
}
