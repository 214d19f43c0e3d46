using Muster.Core.Clouds;

namespace Muster.Core.Planning;

/// <summary>Why a cloud could not be looked at.</summary>
/// <param name="Kind">What the cloud did.</param>
/// <param name="Words">That, in words.</param>
/// <param name="RetryAt">When it is looked at again.</param>
public sealed record Blindness(CloudErrorKind Kind, string Words, DateTimeOffset RetryAt);
