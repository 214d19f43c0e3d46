using System.Net;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Docker;

/// <summary>Brings containers up. Each step can be repeated, by many at once, and after a crash in between.</summary>
/// <param name="api">The engine.</param>
/// <param name="timeout">How long to wait for others that are at work on the same launch.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class DockerLife(DockerApi api, TimeSpan timeout, TimeProvider timeProvider)
{
    /// <summary>First wait for others at work on the same container; doubles. Each of their steps takes some milliseconds.</summary>
    private static readonly TimeSpan OthersWaitMin = TimeSpan.FromMilliseconds(2);

    /// <summary>Makes and starts it, or carries on what an earlier or a concurrent call of the same launch began.</summary>
    /// <returns>The container; also one that was started before and has ended since.</returns>
    public async Task<ContainerSummary> BringUpAsync(
        string name, ContainerSpec spec, LaunchRequest request, CancellationToken cancellationToken)
    {
        if (spec.Pull is PullPolicy.Always && await api.FindByNameAsync(name, cancellationToken) is null)
        {
            await api.PullAsync(spec.Create.Image, cancellationToken);
        }

        var begunAt = timeProvider.GetTimestamp();
        CloudException? busy = null;
        for (var wait = OthersWaitMin; ; wait *= 2)
        {
            // Once there was one, another call may bring it up: nothing that fails says any more that the launch did not happen.
            var id = busy is null
                ? await CreateAsync(name, spec, cancellationToken)
                : await CallDoubt.AfterLaunchAsync(() => CreateAsync(name, spec, cancellationToken));
            if (id is null)
            {
                var container = await FindOursAsync(name, request.Launch, cancellationToken);
                if (container.State is not "created")
                {
                    return container;
                }

                id = container.Id;
            }

            (var started, busy) = await StartAsync(id, request, spec, cancellationToken);
            if (started is not null)
            {
                return started;
            }

            if (timeProvider.GetElapsedTime(begunAt) > timeout)
            {
                throw new CloudException(CloudErrorKind.Ambiguous, $"container {id} did not come to rest: {busy!.Message}");
            }

            await Task.Delay(wait, timeProvider, cancellationToken);
        }
    }

    /// <summary>Makes the container, and pulls its image where the policy says so.</summary>
    /// <returns>Its id; null when one of the name is there already.</returns>
    private async Task<string?> CreateAsync(string name, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var (id, status) = await api.CreateAsync(name, spec.Create, cancellationToken);
        if (status is HttpStatusCode.NotFound && spec.Pull is not PullPolicy.Never)
        {
            await api.PullAsync(spec.Create.Image, cancellationToken);
            (id, status) = await api.CreateAsync(name, spec.Create, cancellationToken);
        }

        return status is not HttpStatusCode.NotFound
            ? id
            : throw new CloudException(
                CloudErrorKind.InvalidRequest, $"image is '{spec.Create.Image}': the daemon has none of that name, and it is not pulled");
    }

    /// <summary>The container that has the name: of this launch, made by an earlier or a concurrent call of it.</summary>
    private async Task<ContainerSummary> FindOursAsync(string name, LaunchId launch, CancellationToken cancellationToken)
    {
        // Something of that name is there: nothing that fails says that the launch did not happen.
        var container = await CallDoubt.AfterLaunchAsync(async () =>
            await api.FindByNameAsync(name, cancellationToken) ?? await AwaitByNameAsync(name, launch, cancellationToken));
        return container.Labels?.GetValueOrDefault(MusterTags.Launch) == launch.ToString()
            ? container
            : throw new CloudException(CloudErrorKind.InvalidRequest, $"name is '{name}': a container that is not of this launch has it");
    }

    /// <summary>Waits for the container of a launch under way elsewhere: its name is taken before it can be seen.</summary>
    private async Task<ContainerSummary> AwaitByNameAsync(string name, LaunchId launch, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var events = await api.EventsAsync($"{MusterTags.Launch}={launch}", both.Token);
            do
            {
                // Looked for once more when the stream is open: nothing is missed in between.
                if (await api.FindByNameAsync(name, both.Token) is { } container)
                {
                    return container;
                }
            }
            while (await events.NextAsync(both.Token) is not null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Told below.
        }

        throw new CloudException(CloudErrorKind.Ambiguous, $"the name '{name}' is taken, but no container came to have it");
    }

    /// <summary>Starts a container of the launch, that another call may be making, starting or removing at the same time.</summary>
    /// <returns>The container once it was started; else why it has to be looked for anew.</returns>
    /// <exception cref="CloudException">It can never run, and is gone.</exception>
    private async Task<(ContainerSummary? Started, CloudException? Busy)> StartAsync(
        string id, LaunchRequest request, ContainerSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            if (request.Template.UserData is { } userData)
            {
                await api.PutFileAsync(id, ContainerTemplates.UserDataPath, userData, cancellationToken);
            }

            foreach (var network in spec.FurtherNetworks)
            {
                await api.ConnectAsync(network, id, cancellationToken);
            }

            await api.StartAsync(id, cancellationToken);
        }
        catch (CloudException error) when (DockerApi.IsComingOrGoing(error))
        {
            return (null, error);
        }
        catch (CloudException error) when (error.Kind is not CloudErrorKind.Ambiguous)
        {
            // What is left of it goes, so that "it did not happen" is true; when even that fails, it is for the next repeat.
            // What another call has started in the meantime stays: then it did happen.
            if (await CallDoubt.AfterLaunchAsync(() => api.RemoveUnlessRunningAsync(id, cancellationToken)))
            {
                throw DockerApi.IsAboutCommand(error)
                    ? new CloudException(error.Kind, $"image is '{request.Template.Image}': {error.Message}", innerException: error)
                    : error;
            }
        }

        return (await CallDoubt.AfterLaunchAsync(async () => await api.FindAsync(id, cancellationToken)
            ?? throw new CloudException(CloudErrorKind.Ambiguous, $"container {id} was started, and is gone")), null);
    }
}
