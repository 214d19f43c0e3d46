using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>
/// Makes changes to load balancers. Octavia takes one at a time of each: until the amphorae have got it, a few seconds later, any other one
/// is refused as a whole. So they come one after another here, and one that is refused so, since somebody else changes something, is tried
/// again until it is taken.
/// </summary>
/// <remarks>openstack/octavia:octavia/api/v2/controllers/member.py: such a refusal has changed nothing.</remarks>
internal sealed class BalancerChanges(OpenStackApi api, TimeProvider timeProvider) : IDisposable
{
    /// <summary>
    /// How long a change waits in all, for its turn and until it is taken. A call of a source may take 60 s, and this must be over before.
    /// </summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan AgainMin = TimeSpan.FromMilliseconds(250), AgainMax = TimeSpan.FromSeconds(2);

    // One for each load balancer that was ever changed: a project has a handful.
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="pool">Whose load balancer it changes.</param>
    /// <param name="method">POST, PUT or DELETE.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Where.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the change may happen all the same.</param>
    /// <returns>The answer, also where it is another refusal.</returns>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Unavailable"/>: the load balancer was busy all the time; nothing was changed.
    /// </exception>
    public async Task<HttpAnswer> MakeAsync(
        BalancerPool pool, HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetTimestamp();
        var turn = _turns.GetOrAdd(pool.Balancer, _ => new());
        await EnterAsync(turn, pool, call, cancellationToken);
        try
        {
            for (var refusals = 1; ; refusals++)
            {
                var answer = await api.SendAsync(OpenStackService.LoadBalancer, method, call, path, body, cancellationToken);
                if (!IsBusy(answer))
                {
                    turn.IsStuck = false;
                    return answer;
                }

                var wait = Backoff.Delay(refusals, AgainMin, AgainMax);
                if (turn.IsStuck || timeProvider.GetElapsedTime(begun) + wait > WaitMax)
                {
                    turn.IsStuck = true;
                    throw Busy(pool, OpenStackErrors.Translate(answer).Message);
                }

                await Task.Delay(wait, timeProvider, cancellationToken);
            }
        }
        finally
        {
            turn.Places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var turn in _turns.Values)
        {
            turn.Places.Dispose();
        }
    }

    private async Task EnterAsync(Turn turn, BalancerPool pool, string call, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(WaitMax, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await turn.Places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Busy(pool, $"{call}: other changes come first");
        }
    }

    // "Load Balancer ... is immutable and cannot be updated.", or a pool; "Invalid state PENDING_UPDATE of loadbalancer resource ...".
    private static bool IsBusy(HttpAnswer answer) => answer.Status is HttpStatusCode.Conflict && ApiFault.Read(answer)?.Message is { } why
        && (why.Contains("is immutable", StringComparison.OrdinalIgnoreCase)
            || why.Contains("Invalid state", StringComparison.OrdinalIgnoreCase));

    private static CloudException Busy(BalancerPool pool, string why) => new(
        CloudErrorKind.Unavailable,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{why}; the load balancer has taken no change for {WaitMax.TotalSeconds:0} s: openstack loadbalancer show {pool.Balancer}"),
        AgainMax);

    /// <summary>Whose turn it is to change one load balancer.</summary>
    private sealed class Turn
    {
        public SemaphoreSlim Places { get; } = new(1, 1);

        /// <summary>
        /// Whether the last change was refused to the end, as by a load balancer in ERROR. Then one refusal is enough: a call that waits
        /// has one of the source's few places, which calls to other load balancers need. Touched in one's turn alone.
        /// </summary>
        public bool IsStuck { get; set; }
    }
}
