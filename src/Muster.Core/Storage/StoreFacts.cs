namespace Muster.Core.Storage;

/// <summary>What a store is, for status and logs.</summary>
/// <param name="Kind"><c>memory</c>, <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Schema">The newest migration in it, such as <c>0002_sharing</c>; <c>none</c> where there are no migrations.</param>
public sealed record StoreFacts(string Kind, string Schema);
