using Grpc.Core;

using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>Where further connections would be arranged; a provider needs none, and the stream is held open until the end.</summary>
internal sealed class BrokerService(PluginLifetime lifetime) : GRPCBroker.GRPCBrokerBase
{
    public override async Task StartStream(
        IAsyncStreamReader<BrokerMessage> requestStream, IServerStreamWriter<BrokerMessage> responseStream, ServerCallContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Over, context.CancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
