namespace Muster.Nomad.Client;

/// <summary>One call.</summary>
/// <param name="Words">What is asked, for messages.</param>
/// <param name="Method">How.</param>
/// <param name="Path">Where, escaped.</param>
/// <param name="Query">Parameters, escaped; null for none.</param>
/// <param name="Body">JSON; null for none.</param>
/// <param name="MayRepeat">Whether a second time does no harm when nobody knows whether the first one happened.</param>
internal sealed record NomadCall(
    string Words, HttpMethod Method, string Path, string? Query = null, byte[]? Body = null, bool MayRepeat = true);
