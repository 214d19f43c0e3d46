using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>Holds requests against the schema, as strictly as vCenter's own parser does.</summary>
internal static class RequestCheck
{
    private const string Reference = "ManagedObjectReference";

    /// <summary>The method that a message calls.</summary>
    /// <exception cref="VimFault">The message, or something in it, is not what the schema says.</exception>
    public static (RequestNode Call, RefValue Target) Read(RequestNode message)
    {
        if (message is not { Name: "Envelope", Space: RequestNode.Soap })
        {
            throw VimFault.Malformed("The message is no SOAP envelope");
        }

        var body = message.Children.FirstOrDefault(child => child is { Name: "Body", Space: RequestNode.Soap });
        if (body is not { Children: [var call] })
        {
            throw VimFault.Malformed("The body must hold one method");
        }

        if (call.Space != RequestNode.Vim || Schema.Method(call.Name) is not { } parameters)
        {
            throw new VimFault("MethodNotFound", $"The method {call.Name} of {call.Space} is not known");
        }

        if (call.Children is not [{ Name: "_this" } self, .. var arguments])
        {
            throw VimFault.Malformed($"_this is missing from {call.Name}");
        }

        CheckFields(call.Name, parameters, arguments);
        return (call, RefOf(self));
    }

    /// <summary>An element as a reference.</summary>
    /// <exception cref="VimFault">It is none.</exception>
    public static RefValue RefOf(RequestNode node) => node.RefType is { Length: > 0 } type && node.Text.Length > 0
        ? new(type, node.Text)
        : throw VimFault.Malformed($"{node.Name} is no reference to a managed object");

    private static void CheckFields(string owner, IReadOnlyList<Field> fields, ImmutableArray<RequestNode> children)
    {
        var at = 0;
        foreach (var child in children)
        {
            if (child.Space != RequestNode.Vim)
            {
                throw VimFault.Malformed($"Unexpected namespace '{child.Space}' of element {child.Name} in {owner}");
            }

            // Elements stand in the order of the type: what was passed by cannot come any more.
            while (at < fields.Count && fields[at].Name != child.Name)
            {
                ThrowIfMissing(owner, fields[at], children);
                at++;
            }

            if (at == fields.Count)
            {
                throw VimFault.Malformed($"Unexpected element tag \"{child.Name}\" seen while parsing {owner}");
            }

            CheckValue(owner, fields[at], child);
            at += fields[at].IsList ? 0 : 1;
        }

        foreach (var rest in fields.Skip(at))
        {
            ThrowIfMissing(owner, rest, children);
        }
    }

    private static void ThrowIfMissing(string owner, Field field, ImmutableArray<RequestNode> children)
    {
        if (!field.IsOptional && children.All(child => child.Name != field.Name))
        {
            throw VimFault.Malformed($"Required property {field.Name} is missing from data object of type {owner}");
        }
    }

    private static void CheckValue(string owner, Field field, RequestNode node)
    {
        var type = field.Type;
        if (type == "xsd:anyType")
        {
            // Without it nobody knows what it is.
            if (node.XsiType is not { } told || (told.Space != RequestNode.Xsd && !Schema.Knows(told.Name)))
            {
                throw VimFault.Malformed($"{owner}.{field.Name} needs an xsi:type");
            }

            return;
        }

        if (type == Reference)
        {
            RefOf(node);
            return;
        }

        if (type.StartsWith("xsd:", StringComparison.Ordinal))
        {
            CheckScalar(owner, field, node);
            return;
        }

        if (!Schema.Knows(type))
        {
            // An enumeration, or an object that the simulator does not have.
            if (!node.Children.IsEmpty)
            {
                throw new VimFault("NotSupported", $"The simulator does not know {type}, which {owner}.{field.Name} is");
            }

            return;
        }

        if (node.XsiType is { } given)
        {
            if (given.Space != RequestNode.Vim || !Schema.IsA(given.Name, type))
            {
                throw VimFault.Malformed($"Type {given.Name} of {given.Space} cannot be {owner}.{field.Name}, which is {type}");
            }

            type = given.Name;
        }

        CheckFields(type, [.. Schema.Fields(type)], node.Children);
    }

    private static void CheckScalar(string owner, Field field, RequestNode node)
    {
        var isGood = node.Children.IsEmpty && field.Type switch
        {
            "xsd:boolean" => node.Text is "true" or "false" or "1" or "0",
            "xsd:int" or "xsd:long" or "xsd:short" => long.TryParse(node.Text, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        if (!isGood)
        {
            throw VimFault.Malformed($"'{node.Text}' of {owner}.{field.Name} is no {field.Type}");
        }
    }
}
