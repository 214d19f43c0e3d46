namespace Muster.Core.Schedules;

/// <summary>
/// A time zone is not known on this machine. Nothing is concluded from a schedule in it: a wrong level would end instances. Its message is
/// a sentence for operators.
/// </summary>
public sealed class ZoneException(string message) : Exception(message);
