using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Records;

/// <summary>The form of a <see cref="GroupLease"/>.</summary>
public sealed record GroupLeaseForm(GroupId GroupId, string Holder, long Fence, DateTimeOffset EndsAt) : IForm<GroupLeaseForm, GroupLease>
{
    /// <inheritdoc/>
    public static GroupLeaseForm Of(GroupLease value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.Group, value.Holder, value.Fence, value.EndsAt);
    }

    /// <inheritdoc/>
    public GroupLease ToValue() => new(GroupId, Holder, Fence, EndsAt);
}
