using Muster.Core.Checks;
using Muster.Core.Storage;

namespace Muster.Server.Tasks;

/// <summary>Judges what programs that check levels elsewhere say, before the store hears of it.</summary>
internal interface ITaskReferee
{
    /// <summary>The moment at which something happens, whatever a program takes it for.</summary>
    DateTimeOffset Now(DateTimeOffset told);

    /// <summary>Refuses a step that no check can have made.</summary>
    /// <param name="known">The group as the store has it.</param>
    /// <param name="told">What a program wants written; whole, and about this group.</param>
    /// <param name="isLeased">Whether it shows the group's lease.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What of it is to be written; null for a step of a check that comes too late, and is to be passed over.</returns>
    /// <exception cref="Core.InputException">Something in it is beyond what a check can do.</exception>
    /// <exception cref="Problems.ProblemException">The lease is lost: somebody else wrote since.</exception>
    Task<CheckRecord?> EnsureAsync(GroupRecord known, CheckRecord told, bool isLeased, CancellationToken cancellationToken);

    /// <summary>
    /// The most that a group is believed to cost an hour with what it is about to launch. Its program sees instances that the store does
    /// not know yet, and never more than a whole group of them.
    /// </summary>
    /// <param name="known">The group as the store has it.</param>
    decimal SpendMax(GroupRecord known);

    /// <summary>
    /// Refuses the report of a run at a time, or for a time, at which it cannot have been; one that was due long ago was
    /// due at no time that counts.
    /// </summary>
    /// <exception cref="Core.InputException">So it is.</exception>
    CheckRun Ensured(CheckRun run);
}
