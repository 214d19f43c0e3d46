using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Muster.Cli.Tests.Rooms;

/// <summary>Finds the types that a type uses, in compiled code: in signatures, attributes and method bodies.</summary>
/// <remarks>
/// What the compiler makes of lambdas, iterators and async methods are types nested in the type that they are written in, and count as
/// part of it. Compiled code does not tell where a constant comes from, or what <c>nameof</c> names.
/// </remarks>
internal static class TypeUses
{
    /// <summary>Returns the types of the same assembly that a type and everything nested in it use, by their outermost type.</summary>
    public static IEnumerable<TypeDefinition> Of(TypeDefinition type) =>
        InType(type).SelectMany(Parts).Select(Outermost).Where(used => used != type).Distinct();

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference?> InType(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.SelectMany(implemented => InAttributes(implemented).Append(implemented.InterfaceType)),
        .. InAttributes(type),
        .. InGenericParameters(type),
        .. type.Fields.SelectMany(field => InAttributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(InAttributes),
        .. type.Events.SelectMany(InAttributes),
        .. type.Methods.SelectMany(InMethod),
        .. type.NestedTypes.SelectMany(InType),
    ];

    private static IEnumerable<TypeReference?> InMethod(MethodDefinition method) =>
    [
        .. InAttributes(method),
        .. InAttributes(method.MethodReturnType),
        .. InGenericParameters(method),
        .. method.Parameters.SelectMany(InAttributes),
        .. InSignature(method),
        .. method.Overrides.SelectMany(InReference),
        .. method.HasBody ? InBody(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> InBody(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => instruction.Operand switch
        {
            TypeReference type => [type],
            MethodReference method => InReference(method),
            FieldReference field => [field.DeclaringType, field.FieldType],
            IMethodSignature signature => InSignature(signature),
            _ => Enumerable.Empty<TypeReference?>(),
        }),
    ];

    private static IEnumerable<TypeReference?> InReference(MethodReference method) =>
        [method.DeclaringType, .. InSignature(method), .. method is GenericInstanceMethod { GenericArguments: var given } ? given : []];

    private static IEnumerable<TypeReference?> InSignature(IMethodSignature signature) =>
        signature.Parameters.Select(parameter => parameter.ParameterType).Append(signature.ReturnType);

    private static IEnumerable<TypeReference?> InGenericParameters(IGenericParameterProvider generic) =>
    [
        .. generic.GenericParameters.SelectMany(InAttributes),
        .. generic.GenericParameters.SelectMany(parameter => parameter.Constraints).SelectMany(InAttributes),
        .. generic.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
    ];

    private static IEnumerable<TypeReference?> InAttributes(ICustomAttributeProvider attributed) =>
        attributed.CustomAttributes.SelectMany(attribute => attribute.ConstructorArguments
            .Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument))
            .SelectMany(InArgument)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference?> InArgument(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [argument.Type, type],
        CustomAttributeArgument boxed => InArgument(boxed),
        CustomAttributeArgument[] elements => elements.SelectMany(InArgument),
        _ => [argument.Type],
    };

    /// <summary>Returns this assembly's types that a type is composed of: Cecil defines these, and refers to all others.</summary>
    private static IEnumerable<TypeDefinition> Parts(TypeReference? type) => type switch
    {
        TypeDefinition own => [own],
        GenericInstanceType generic => generic.GenericArguments.Prepend(generic.ElementType).SelectMany(Parts),
        FunctionPointerType pointer => InSignature(pointer).SelectMany(Parts),
        IModifierType modified => Parts(modified.ModifierType).Concat(Parts(modified.ElementType)),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [],
    };
}
