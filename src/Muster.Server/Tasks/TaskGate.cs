using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Options;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>Lets programs that check levels elsewhere in, and nobody else: what they are given opens clouds.</summary>
/// <param name="callers">Knows tokens.</param>
/// <param name="workloads">Knows programs; null when they come with tokens.</param>
/// <param name="mode">Whether anybody is asked at all.</param>
internal sealed class TaskGate(ICallers callers, IWorkloads? workloads, AuthenticationMode mode)
{
    private const string Scheme = "Bearer ";

    /// <summary>Who sends a request.</summary>
    /// <exception cref="ProblemException">Nobody who may.</exception>
    public async ValueTask<IWorkload> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (mode is AuthenticationMode.LoopbackWithoutAuthentication)
        {
            return Anybody.Instance;
        }

        var header = request.Headers.Authorization;
        if (workloads is not null && header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value[Scheme.Length..].Trim() is var token && !token.StartsWith(TokenSecret.Prefix, StringComparison.Ordinal))
        {
            return await IdentifyAsync(workloads, token, cancellationToken);
        }

        var caller = await callers.IdentifyAsync(request, cancellationToken);
        if (caller.Role is Role.Task)
        {
            request.HttpContext.SetCaller(caller);
            return new TokenBearer(caller);
        }

        throw new ProblemException(ProblemKinds.Forbidden,
                $"token '{caller.Author}' has role {RequiredRole.Word(caller.Role)}, "
                + $"and this needs {RequiredRole.Word(Role.Task)}: it opens clouds");
    }

    private static async ValueTask<IWorkload> IdentifyAsync(IWorkloads workloads, string token, CancellationToken cancellationToken)
    {
        try
        {
            return await workloads.IdentifyAsync(token, cancellationToken);
        }
        catch (WorkloadException error) when (error.IsTransient)
        {
            throw new ProblemException(ProblemKinds.IdentityUnavailable, error.Message, retryAfter: TimeSpan.FromSeconds(5));
        }
        catch (WorkloadException error)
        {
            throw new ProblemException(ProblemKinds.Unauthenticated, error.Message);
        }
    }

    /// <summary>A token of role <c>task</c>: for every group of its account.</summary>
    private sealed class TokenBearer(Caller caller) : IWorkload
    {
        public string Name => caller.Author;

        public bool MayCheck(GroupId group, SweepKey sweep) => MayCheck(sweep);

        public bool MayCheck(SweepKey sweep) => sweep.Account == caller.Account;
    }

    private sealed class Anybody : IWorkload
    {
        public static readonly Anybody Instance = new();

        public string Name => Caller.DevAuthor;

        public bool MayCheck(GroupId group, SweepKey sweep) => true;

        public bool MayCheck(SweepKey sweep) => true;
    }
}
