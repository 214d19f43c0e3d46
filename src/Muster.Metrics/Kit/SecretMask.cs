using System.Text;

namespace Muster.Metrics.Kit;

/// <summary>Takes secrets out of what a server says: it may repeat what it was sent, and messages are read by others.</summary>
internal static class SecretMask
{
    /// <summary>Shorter ones would take words apart that have nothing to do with them.</summary>
    private const int LengthMin = 4;

    /// <summary>Overwrites every occurrence with stars.</summary>
    public static void Hide(Span<byte> text, IEnumerable<string> secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length >= LengthMin))
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            for (var rest = text; rest.IndexOf(bytes) is >= 0 and var at; rest = rest[(at + bytes.Length)..])
            {
                rest.Slice(at, bytes.Length).Fill((byte)'*');
            }
        }
    }

    /// <inheritdoc cref="Hide(Span{byte}, IEnumerable{string})"/>
    public static string Hide(string text, IEnumerable<string> secrets)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Hide(bytes, secrets);
        return Encoding.UTF8.GetString(bytes);
    }
}
