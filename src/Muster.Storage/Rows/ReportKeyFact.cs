using System.Collections.Immutable;

using Muster.Core.Accounts;

namespace Muster.Storage.Rows;

/// <summary>The keys of instances' own tokens, as a fact about the store itself.</summary>
internal static class ReportKeyFact
{
    /// <summary>Its key among the facts.</summary>
    public const string Key = "report_keys";

    /// <summary>What it says; nothing where it is not there.</summary>
    public static ImmutableArray<ReportKey> Read(string? json) => json is null or "" ? [] : StoreJson.ReadReportKeys(json);
}
