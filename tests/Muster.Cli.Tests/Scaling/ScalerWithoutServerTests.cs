using System.Reflection;
using System.Reflection.Emit;

using Muster.Cli.Scaling;

namespace Muster.Cli.Tests.Scaling;

/// <summary>
/// <c>muster scale</c> needs nothing of the server, neither where it keeps no store nor where a server hands the check out.
/// </summary>
public sealed class ScalerWithoutServerTests
{
    private const string Server = "Muster.Server";

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    [Fact]
    public void The_scaler_uses_no_type_of_the_server()
    {
        var scaler = TypesIn(typeof(ScaleCommand).Namespace!);
        Assert.Contains(typeof(LevelCheckRunner), scaler);

        Assert.Empty(scaler.SelectMany(type => UsedBy(type).Where(IsOfServer).Select(used => $"{type} uses {used}")).Distinct());
    }

    [Fact]
    public void What_uses_the_server_is_found()
    {
        var composition = TypesIn(typeof(Cli.Composition.Installation).Namespace!);

        Assert.Contains(composition.SelectMany(UsedBy), IsOfServer);
    }

    private static Type[] TypesIn(string space) => [.. typeof(ScaleCommand).Assembly.GetTypes()
        .Where(type => type.Namespace == space || type.Namespace?.StartsWith($"{space}.", StringComparison.Ordinal) is true)];

    private static bool IsOfServer(Type type) => type.Assembly.GetName().Name == Server;

    /// <summary>Every type that a type names: in its face, its fields and the bodies of its methods.</summary>
    private static IEnumerable<Type> UsedBy(Type type)
    {
        var methods = type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)).ToArray();
        IEnumerable<Type?> used =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(Declared).Select(field => field.FieldType),
            .. methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
            .. methods.OfType<MethodInfo>().Select(method => method.ReturnType),
            .. methods.SelectMany(method => method.GetMethodBody() is { } body ? NamedIn(method, body) : []),
        ];
        return used.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Prepend(type);

    private static IEnumerable<Type?> NamedIn(MethodBase method, MethodBody body)
    {
        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        var code = body.GetILAsByteArray()!;
        for (var at = 0; at < code.Length;)
        {
            var first = code[at++];
            var operation = OpCodesByValue[first == 0xFE ? (short)((0xFE << 8) | code[at++]) : first];
            if (operation.OperandType is
                OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                var member = method.Module.ResolveMember(
                    BitConverter.ToInt32(code, at), method.DeclaringType!.GetGenericArguments(),
                    method.IsGenericMethod ? method.GetGenericArguments() : null)!;
                yield return member as Type ?? member.DeclaringType;
                yield return (member as MethodInfo)?.ReturnType;
                yield return (member as FieldInfo)?.FieldType;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
