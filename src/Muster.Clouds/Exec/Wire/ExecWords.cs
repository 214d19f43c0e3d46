using System.Collections.Frozen;

using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Exec.Wire;

/// <summary>The contract's words and numbers for states and kinds of errors.</summary>
internal static class ExecWords
{
    /// <summary>States.</summary>
    public static readonly FrozenDictionary<string, InstanceState> States = new Dictionary<string, InstanceState>
    {
        ["provisioning"] = InstanceState.Provisioning,
        ["running"] = InstanceState.Running,
        ["stopped"] = InstanceState.Stopped,
        ["failed"] = InstanceState.Failed,
        ["terminating"] = InstanceState.Terminating,
        ["unknown"] = InstanceState.Unknown,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Kinds of errors.</summary>
    public static readonly FrozenDictionary<string, CloudErrorKind> Kinds = new Dictionary<string, CloudErrorKind>
    {
        ["throttled"] = CloudErrorKind.Throttled,
        ["unavailable"] = CloudErrorKind.Unavailable,
        ["unauthorized"] = CloudErrorKind.Unauthorized,
        ["quota_exceeded"] = CloudErrorKind.QuotaExceeded,
        ["out_of_stock"] = CloudErrorKind.OutOfStock,
        ["invalid_request"] = CloudErrorKind.InvalidRequest,
        ["not_found"] = CloudErrorKind.NotFound,
        ["ambiguous"] = CloudErrorKind.Ambiguous,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The same as exit codes, for scripts that have only those to tell.</summary>
    public static readonly FrozenDictionary<int, CloudErrorKind> ExitCodes = new Dictionary<int, CloudErrorKind>
    {
        [10] = CloudErrorKind.Throttled,
        [11] = CloudErrorKind.Unavailable,
        [12] = CloudErrorKind.Unauthorized,
        [13] = CloudErrorKind.QuotaExceeded,
        [14] = CloudErrorKind.OutOfStock,
        [15] = CloudErrorKind.InvalidRequest,
        [16] = CloudErrorKind.NotFound,
        [17] = CloudErrorKind.Ambiguous,
    }.ToFrozenDictionary();
}
