namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster store check --json</c></summary>
/// <param name="InstallationId">Whose contents.</param>
/// <param name="Sound">Whether there are no findings.</param>
/// <param name="Rows">Of each table.</param>
/// <param name="Sha256">Of the contents; equal for equal contents in whatever store.</param>
/// <param name="Findings">What is wrong, in words.</param>
internal sealed record StoreCheckView(
    Guid InstallationId, bool Sound, IReadOnlyDictionary<string, long> Rows, string Sha256, IReadOnlyList<string> Findings);
