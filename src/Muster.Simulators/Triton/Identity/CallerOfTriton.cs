using Muster.Simulators.Kit;

namespace Muster.Simulators.Triton.Identity;

/// <summary>A request whose signature is an account's.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Path">Below the account: <c>machines/ID</c>.</param>
internal sealed record CallerOfTriton(SimulatedAccount Account, string Path) : Admitted(Path);
