namespace Muster.Terraform.Plugin;

/// <summary>Where further connections would be arranged; a provider needs none, and the stream is held open until the end.</summary>
internal sealed class BrokerService(PluginLifetime lifetime)
{
    public async Task StartStreamAsync(CancellationToken callerIsGone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Over, callerIsGone);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
