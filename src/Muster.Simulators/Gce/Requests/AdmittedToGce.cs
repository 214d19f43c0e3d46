using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Requests;

/// <summary>A request that passed.</summary>
/// <param name="Path">Below the project, or what service it is for.</param>
/// <param name="Project">Whose; empty where it is for none.</param>
internal sealed record AdmittedToGce(string Path, string Project = "") : Admitted(Path);
