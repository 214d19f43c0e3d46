namespace Muster.Cli.Tests.Rooms.Fixtures.Uses.Used;

/// <summary>One type for each place where a type may stand.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OfAttribute(Type about) : Attribute
{
    public Type About => about;
}

internal sealed class OfAttributeArgument<T>;

internal class OfBase;

internal static class OfCall
{
    public static int Count() => 1;
}

internal sealed class OfCatch : Exception;

internal interface OfConstraint;

internal enum OfEnumValue
{
    One,
}

internal sealed class OfField;

internal sealed class OfGenericArgument;

internal interface OfInterface;

internal sealed class OfIterator;

internal static class OfAsyncLambda
{
    public static Task WaitAsync() => Task.CompletedTask;
}

internal sealed class OfNestedType;

internal sealed class OfParameter;

internal sealed class OfNobody;
