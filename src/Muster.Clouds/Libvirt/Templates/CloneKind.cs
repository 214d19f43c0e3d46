namespace Muster.Clouds.Libvirt.Templates;

/// <summary>How an instance gets its disk.</summary>
internal enum CloneKind
{
    /// <summary>A file with what differs from the base volume, which must stay: made at once, whatever its size.</summary>
    Linked,

    /// <summary>A copy.</summary>
    Full,
}
