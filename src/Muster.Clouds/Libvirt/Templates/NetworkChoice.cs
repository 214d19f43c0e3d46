namespace Muster.Clouds.Libvirt.Templates;

/// <summary>A network of an instance.</summary>
/// <param name="Name">Its name: of a network of libvirt's, or of a bridge of the host's.</param>
/// <param name="IsBridge">Whether it is a bridge.</param>
internal sealed record NetworkChoice(string Name, bool IsBridge)
{
    /// <summary>How a template names a bridge.</summary>
    public const string BridgePrefix = "bridge:";

    /// <summary>Reads it.</summary>
    public static NetworkChoice Read(string text) => text.StartsWith(BridgePrefix, StringComparison.Ordinal)
        ? new(text[BridgePrefix.Length..], IsBridge: true)
        : new(text, IsBridge: false);
}
