namespace Muster.Storage.Transfer;

/// <summary>What stands for a value that an older export does not have.</summary>
/// <param name="Text">The value; null for a column that holds nothing.</param>
internal readonly record struct MissingValue(string? Text);
