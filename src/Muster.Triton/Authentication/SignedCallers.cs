using System.Diagnostics.CodeAnalysis;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Triton.Errors;

namespace Muster.Triton.Authentication;

/// <summary>Callers are those whom CloudAPI knows by their SSH keys: their date and signature are shown to it as they came.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the server; the semaphore has no handle to wait on.")]
internal sealed partial class SignedCallers(
    ICallerAuthority authority, AccountDoor door, ServiceKeys keys, VerdictCache verdicts, IStore store, IRandomSource random,
    TimeProvider timeProvider, ILogger<SignedCallers> logger) : ICallers
{
    /// <summary>Questions to CloudAPI at once, whoever asks: a flood of wrong signatures must not become one there.</summary>
    private const int AskingMax = 32;

    private readonly SemaphoreSlim _places = new(AskingMax);

    /// <exception cref="TsgException">401: refused; 503: nobody could say.</exception>
    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var proof = SignedRequest.Read(request);
        try
        {
            // Others may wait for the same answer: the one who asked first does not take it away by leaving. Each call has its time-out.
            var verdict = await verdicts.GetAsync(proof, () => AskAsync(proof)).WaitAsync(cancellationToken);
            var caller = verdict.Caller ?? throw new TsgException(StatusCodes.Status401Unauthorized, verdict.Refusal!);

            // The verdict may be some seconds old, and from before the account was denied.
            return await door.IsAdmittedAsync(caller.Account, cancellationToken)
                ? caller
                : throw new TsgException(StatusCodes.Status401Unauthorized, Verdict.AccountText);
        }
        catch (CloudException error)
        {
            LogUnanswered(proof.Author, error.Message);
            throw new TsgException(
                StatusCodes.Status503ServiceUnavailable,
                "CloudAPI, which says who callers are, does not answer; try again",
                error.RetryAfter);
        }
        catch (SealException error)
        {
            LogUnsealed(proof.Author, error.Message);
            throw new TsgException(StatusCodes.Status503ServiceUnavailable, "the account's service key cannot be kept now; try again");
        }
    }

    private async Task<Verdict> AskAsync(CallerProof proof)
    {
        await _places.WaitAsync(CancellationToken.None);
        try
        {
            if (await FindAccountAsync(proof) is not { } account)
            {
                return Verdict.Refused(Verdict.AccountText);
            }

            if (await CheckKeyAsync(proof, account) is { } refusal)
            {
                return Verdict.Refused(refusal);
            }

            if (proof.User is { } user)
            {
                await store.EnsureUserAsync(
                    new() { Id = new(random.NextId()), Account = account.Id, Name = user, CreatedAt = timeProvider.GetUtcNow() },
                    CancellationToken.None);
            }

            var author = (proof with { Account = account.Name }).Author;
            return new(new Caller(account.Id, author, Role.Operate, TokenScope.Account, Token: null), Refusal: null);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<Account?> FindAccountAsync(CallerProof proof)
    {
        try
        {
            return await door.AdmitAsync(await authority.IdentifyAsync(proof, CancellationToken.None), CancellationToken.None);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            LogRefused(proof.Author, error.Message);
            return null;
        }
    }

    private async Task<string?> CheckKeyAsync(CallerProof proof, Account account)
    {
        try
        {
            return await keys.EnsureAsync(proof, account, CancellationToken.None);
        }
        catch (CloudException error) when (error.Kind
            is not (CloudErrorKind.Throttled or CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous))
        {
            LogRefused(proof.Author, error.Message);
            return Verdict.KeyText;
        }
    }

    [LoggerMessage(1321, LogLevel.Information, "CloudAPI refuses caller {Author}: {Reason}")]
    private partial void LogRefused(string author, string reason);

    [LoggerMessage(1322, LogLevel.Warning, "Nobody says who caller {Author} is: {Reason}")]
    private partial void LogUnanswered(string author, string reason);

    [LoggerMessage(1323, LogLevel.Error, "The service key of caller {Author} cannot be sealed: {Reason}")]
    private partial void LogUnsealed(string author, string reason);
}
