using Muster.Terraform.Values;

namespace Muster.Terraform.Schemas;

/// <summary>One attribute. At least one of required, optional and computed; never required with another.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Type">What may stand there.</param>
/// <param name="Description">In Markdown; the documentation has it word for word.</param>
internal sealed record SchemaAttribute(string Name, AttributeType Type, string Description)
{
    /// <summary>Every configuration must give it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>A configuration may give it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The provider gives it where the configuration does not.</summary>
    public bool IsComputed { get; init; }

    /// <summary>Hidden in Terraform's output; it lies in the state file all the same.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>A change makes a new object instead of changing the old one.</summary>
    public bool Replaces { get; init; }

    /// <summary>Tells how the object is and not what it shall be: any change of the object may change it.</summary>
    public bool IsStatus { get; init; }

    /// <summary>Written as a block, <c>name { ... }</c>, which is what users know <c>timeouts</c> as.</summary>
    public bool IsBlock { get; init; }

    /// <summary>What holds when the configuration says nothing; null for no default.</summary>
    public Value? Default { get; init; }

    public static SchemaAttribute Required(string name, AttributeType type, string description) =>
        new(name, type, description) { IsRequired = true };

    public static SchemaAttribute Optional(string name, AttributeType type, string description) =>
        new(name, type, description) { IsOptional = true };

    public static SchemaAttribute Computed(string name, AttributeType type, string description) =>
        new(name, type, description) { IsComputed = true };

    /// <summary>Given by the configuration, or else by the server, or else as it was.</summary>
    public static SchemaAttribute Either(string name, AttributeType type, string description) =>
        new(name, type, description) { IsOptional = true, IsComputed = true };

    /// <summary>Given by the configuration, or else <paramref name="otherwise"/>.</summary>
    public static SchemaAttribute Defaulted(string name, AttributeType type, Value otherwise, string description) =>
        Either(name, type, description) with { Default = otherwise };
}
