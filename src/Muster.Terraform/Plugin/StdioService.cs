using Muster.Terraform.Logs;

namespace Muster.Terraform.Plugin;

/// <summary>A stream of output that is always empty, held open. When it breaks off, whoever started this process is gone.</summary>
internal sealed class StdioService(PluginLifetime lifetime, PluginLog log)
{
    public async Task StreamStdioAsync(CancellationToken callerIsGone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Over, callerIsGone);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!lifetime.Over.IsCancellationRequested)
        {
            log.Write(PluginLogLevel.Warn, "Terraform is gone without a goodbye");
            lifetime.End();
        }
    }
}
