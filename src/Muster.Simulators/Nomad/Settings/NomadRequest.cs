namespace Muster.Simulators.Nomad.Settings;

/// <summary>What a request asks.</summary>
/// <param name="Method">GET, PUT ...</param>
/// <param name="Path">As it came: <c>/v1/jobs</c>.</param>
/// <param name="Number">How many requests there were with it.</param>
public sealed record NomadRequest(string Method, string Path, int Number);
