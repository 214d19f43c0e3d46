namespace Muster.Simulators.Nomad.Settings;

/// <summary>How a request fails.</summary>
/// <param name="Status">The status; 0 when the connection breaks.</param>
/// <param name="Text">The plain text.</param>
/// <param name="IsCarriedOut">Whether it is carried out before it fails.</param>
public sealed record NomadFault(int Status, string Text = "", bool IsCarriedOut = false);
