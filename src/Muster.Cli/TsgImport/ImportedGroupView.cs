namespace Muster.Cli.TsgImport;

/// <summary>One living group of <c>muster tsg import --json</c>.</summary>
/// <param name="Account">Whose.</param>
/// <param name="GroupId">Which, as before and after.</param>
/// <param name="Group">Its name.</param>
/// <param name="Wanted">Its capacity.</param>
/// <param name="Machines">How many machines are its own; null when nobody looked.</param>
/// <param name="Held">Why it stays suspended, or would; null when it does not.</param>
/// <param name="Outcome">In words, as in the table.</param>
internal sealed record ImportedGroupView(
    string Account, Guid GroupId, string Group, int Wanted, int? Machines, string? Held, string Outcome);
