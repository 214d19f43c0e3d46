namespace Muster.Clouds.Gce.Templates;

/// <summary>A further disk of an instance.</summary>
/// <param name="SizeGb">How large.</param>
/// <param name="Type">Its type; null for Google's default.</param>
internal sealed record ExtraDisk(int SizeGb, string? Type);
