using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Identity;

namespace Muster.Simulators.Triton.Requests;

/// <summary>A request whose signature is an account's.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Path">Below the account: <c>machines/ID</c>.</param>
internal sealed record CallerOfTriton(SimulatedAccount Account, string Path) : Admitted(Path);
