using System.Xml;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>A value of vCenter's.</summary>
internal abstract record Value
{
    /// <summary>Writes it.</summary>
    /// <param name="xml">Gets it.</param>
    /// <param name="name">The element's name.</param>
    /// <param name="isAny">Whether any type may stand there, so that the type must be told.</param>
    public abstract void Write(XmlWriter xml, string name, bool isAny);
}
