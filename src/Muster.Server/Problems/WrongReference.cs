using Muster.Core;

namespace Muster.Server.Problems;

/// <summary>
/// A field that names something which is not there. Alone it is a problem of its own kind; among other wrong fields it is one of them.
/// </summary>
/// <param name="Kind">The kind it is alone.</param>
/// <param name="Error">The wrong field.</param>
internal sealed record WrongReference(ProblemKind Kind, InputError Error)
{
    /// <summary>Whether it is all that is wrong.</summary>
    public bool IsAllOf(InputException error) => error.Errors is [var only] && only == Error;

    /// <summary>As a problem of its own.</summary>
    public ProblemException ToException() => new(Kind, Error.ToString(), [Error]);
}
