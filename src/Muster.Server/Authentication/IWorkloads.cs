using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Server.Authentication;

/// <summary>Knows the programs that check levels elsewhere, by what whoever started them says of them.</summary>
public interface IWorkloads
{
    /// <summary>Whose token that is.</summary>
    /// <param name="token">As it came, without <c>Bearer</c>; untrusted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WorkloadException">It is nobody's, or that cannot be found out now.</exception>
    ValueTask<IWorkload> IdentifyAsync(string token, CancellationToken cancellationToken);
}

/// <summary>A program that proved what it was started for. It may do one thing: check that.</summary>
public interface IWorkload
{
    /// <summary>What people know it by; for logs and the audit trail.</summary>
    string Name { get; }

    /// <summary>Whether it may check a group.</summary>
    /// <param name="group">Which.</param>
    /// <param name="sweep">The sweep that the group belongs to.</param>
    bool MayCheck(GroupId group, SweepKey sweep);

    /// <summary>Whether it may check every group of a sweep.</summary>
    bool MayCheck(SweepKey sweep);
}

/// <summary>A program is not known by what it shows.</summary>
/// <param name="message">Why, without any part of the token.</param>
/// <param name="isTransient">Whether it may be known later: whoever started it cannot be asked now.</param>
/// <param name="inner">What happened.</param>
public sealed class WorkloadException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may be known later.</summary>
    public bool IsTransient => isTransient;
}
