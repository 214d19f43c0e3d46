using System.Globalization;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Nomad.Requests;

namespace Muster.Simulators.Nomad;

/// <summary>Blocking queries: an answer that waits for an index to be passed.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Waits if the request asks to.</summary>
    /// <exception cref="RefusedException">It asks in a way that Nomad does not understand.</exception>
    public static async Task WaitAsync(
        HttpRequest request, NomadCluster cluster, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var wait = Duration(request.Query["wait"].ToString());
        var text = request.Query["index"].ToString();
        if (text.Length == 0)
        {
            return;
        }

        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            throw new RefusedException(400, "Invalid index");
        }

        using var timeout = new CancellationTokenSource(wait ?? Longest, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await cluster.WaitAsync(now => now.Index > index, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing changed: the same is answered again.
        }
    }

    private static TimeSpan? Duration(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? "ms" : text[^1..];
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? unit switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                _ => throw new RefusedException(400, "Invalid wait time"),
            }
            : throw new RefusedException(400, "Invalid wait time");
    }
}
