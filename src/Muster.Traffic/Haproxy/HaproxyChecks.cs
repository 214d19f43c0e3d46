using Muster.Core.Health;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Haproxy;

/// <summary>What HAProxy's own checks say of a server. Pure.</summary>
internal static class HaproxyChecks
{
    private const string NotYet = "INI";

    /// <summary>Whether HAProxy sends it nothing since its checks fail, whatever it was told.</summary>
    public static bool IsDown(HaproxyServer server) => server.Status.StartsWith("DOWN", StringComparison.Ordinal);

    /// <summary>The verdict, and why.</summary>
    public static (Verdict Verdict, string? Detail) Read(HaproxyServer server)
    {
        if (server.IsOut)
        {
            return (Verdict.Unknown, "in maintenance");
        }

        // Neither is one unhealthy that was never asked, nor healthy.
        var detail = Foreign.Words(server.CheckDetail.Length > 0 ? $"{server.Status}, {server.CheckDetail}" : server.Status);
        return server.CheckStatus.Length == 0 || server.CheckStatus.EndsWith(NotYet, StringComparison.Ordinal)
            ? (Verdict.Unknown, detail)
            : IsDown(server) ? (Verdict.Unhealthy, detail)
            : (server.CheckStatus.Contains("OK", StringComparison.Ordinal) ? Verdict.Healthy : Verdict.Unknown, detail);
    }
}
