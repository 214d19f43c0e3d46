using Grpc.Core;

using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>A stream of output that is always empty, held open. When it breaks off, whoever started this process is gone.</summary>
internal sealed class StdioService(PluginLifetime lifetime, PluginLog log) : GRPCStdio.GRPCStdioBase
{
    public override async Task StreamStdio(PluginEmpty request, IServerStreamWriter<StdioChunk> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Over, context.CancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!lifetime.Over.IsCancellationRequested)
        {
            log.Write(PluginLogLevel.Warn, "Terraform is gone without a goodbye");
            lifetime.End();
        }
    }
}
