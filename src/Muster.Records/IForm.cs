namespace Muster.Records;

/// <summary>
/// How a value of the domain is written: the names, kinds and order of its members, which stay when the code is renamed. A form that is a
/// row of
/// a store has the names of that table's columns.
/// </summary>
/// <typeparam name="TSelf">The form.</typeparam>
/// <typeparam name="TValue">What it is the form of.</typeparam>
public interface IForm<TSelf, TValue>
    where TSelf : class, IForm<TSelf, TValue>
    where TValue : class
{
    /// <summary>The form of a value.</summary>
    static abstract TSelf Of(TValue value);

    /// <summary>The value again.</summary>
    TValue ToValue();
}
