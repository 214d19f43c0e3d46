namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A field of a type, or a parameter of a method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its declared type: <c>xsd:string</c>, <c>OptionValue</c>.</param>
/// <param name="IsList">Whether there may be any number of them.</param>
/// <param name="IsOptional">Whether it may be left out.</param>
internal sealed record Field(string Name, string Type, bool IsList, bool IsOptional);
