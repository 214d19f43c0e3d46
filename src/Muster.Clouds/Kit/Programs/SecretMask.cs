using System.Text.Encodings.Web;

namespace Muster.Clouds.Kit.Programs;

/// <summary>Takes secrets out of what an executable says.</summary>
internal sealed class SecretMask
{
    /// <summary>Shorter values are words like <c>yes</c> and <c>eu-1</c>: masking them would only garble the log.</summary>
    private const int LengthMin = 6;

    private const string Masked = "***";

    private readonly string[] _secrets;

    /// <param name="values">Each value, and each line of one that has several.</param>
    public SecretMask(IEnumerable<string> values) => _secrets =
    [
        .. values.Concat(values.SelectMany(value => value.Split('\n')))
            .Select(value => value.Trim())
            .Where(value => value.Length >= LengthMin)
            // As it is, and as it stands within JSON.
            .SelectMany(value => new[] { value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value) })
            .Distinct(StringComparer.Ordinal)
            // A secret that holds another one goes first, or a part of it would stay.
            .OrderByDescending(value => value.Length),
    ];

    /// <summary>The text without them.</summary>
    public string Apply(string text) =>
        _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, Masked, StringComparison.Ordinal));
}
