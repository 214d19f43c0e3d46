namespace Muster.Clouds.Vsphere.Wire;

/// <summary>A managed object, as vCenter names it: <c>VirtualMachine</c>, <c>vm-42</c>.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its key, unique in one vCenter.</param>
internal sealed record MoRef(string Type, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}:{Value}";
}
