using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>Calls the executable, so many times at once as it may be called.</summary>
internal sealed class PluginCaller(ExecCloudOptions options, PluginProcess process) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.ConcurrencyMax);

    /// <summary>Makes one call.</summary>
    /// <returns>What it wrote, and who can read it.</returns>
    /// <exception cref="Core.Clouds.CloudException">It failed, in whichever way.</exception>
    public async Task<(ExecReader Reader, string Output)> CallAsync(PluginCall call, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            var answer = await process.RunAsync(call, cancellationToken);
            return answer.ExitCode == 0
                ? (new ExecReader(call.Request.Operation, call.Doubt, call.Mask), answer.Output)
                : throw PluginFailure.Of(call, answer);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();
}
