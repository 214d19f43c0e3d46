using System.Globalization;
using System.Text;
using System.Xml;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>A property collector of a session: what it told last, and what changed since.</summary>
/// <param name="key">Its key.</param>
/// <param name="selection">Finds what its filters select.</param>
/// <param name="park">Tells of changes.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Collector(string key, Selection selection, VmPark park, TimeProvider timeProvider)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(30);

    private static readonly XmlWriterSettings Fragment = new() { ConformanceLevel = ConformanceLevel.Fragment, OmitXmlDeclaration = true };

    private readonly Lock _gate = new();
    private readonly List<Filter> _filters = [];

    private CancellationTokenSource? _waiting;
    private int _version;

    /// <summary>Its key.</summary>
    public string Key => key;

    /// <summary>Adds a filter.</summary>
    /// <exception cref="VimFault">Its specification names what there is not.</exception>
    public RefValue AddFilter(RequestNode specification, string filterKey)
    {
        // What cannot be selected is refused now.
        _ = selection.Find(specification).Count();
        lock (_gate)
        {
            _filters.Add(new(filterKey, specification));
        }

        return new("PropertyFilter", filterKey);
    }

    /// <summary>Waits for changes.</summary>
    /// <param name="version">What was told last; empty for nothing yet.</param>
    /// <param name="wait">How long at most; null for as long as it takes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The changes; null where there were none.</returns>
    public async Task<Value?> WaitAsync(string version, TimeSpan? wait, CancellationToken cancellationToken)
    {
        CancellationTokenSource own;
        lock (_gate)
        {
            // A collector waits once at a time: a second wait ends the first.
            _waiting?.Cancel();
            _waiting = own = new();
            if (version.Length > 0 && version != _version.ToString(CultureInfo.InvariantCulture))
            {
                throw new VimFault("InvalidCollectorVersion", "The version is not the last one");
            }

            if (version.Length == 0)
            {
                _filters.ForEach(filter => filter.Told.Clear());
            }
        }

        using var expiry = new CancellationTokenSource(wait ?? WaitMax, timeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(own.Token, expiry.Token, cancellationToken);
        while (true)
        {
            var change = park.NextChange;
            lock (_gate)
            {
                var sets = _filters.Select(Update).OfType<Value>().ToArray();
                if (sets.Length > 0 || version.Length == 0)
                {
                    _version++;
                    return new ObjectValue(
                        "UpdateSet",
                        [
                            ("version", ScalarValue.Text(_version.ToString(CultureInfo.InvariantCulture))),
                            ("filterSet", new ListValue("PropertyFilterUpdate", sets)),
                        ]);
                }
            }

            await Task.WhenAny(change, Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, any.Token));
            cancellationToken.ThrowIfCancellationRequested();
            if (own.IsCancellationRequested)
            {
                throw new VimFault("RequestCanceled", "The task was canceled by a user.");
            }

            if (expiry.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Ends who waits.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _waiting?.Cancel();
        }
    }

    private Value? Update(Filter filter)
    {
        var updates = new List<Value>();
        var seen = new HashSet<RefValue>();
        foreach (var (target, properties) in Selected(filter))
        {
            seen.Add(target);
            var isNew = !filter.Told.TryGetValue(target, out var told);
            told ??= [];
            var now = properties.ToDictionary(property => property.Path, property => Text(property.Value));
            var changes = properties.Where(property => told.GetValueOrDefault(property.Path) != now[property.Path])
                .Select(property => Change(property.Path, "assign", property.Value))
                .Concat(told.Keys.Except(now.Keys).Select(gone => Change(gone, "indirectRemove", null))).ToArray();
            if (isNew || changes.Length > 0)
            {
                updates.Add(ObjectUpdate(isNew ? "enter" : "modify", target, changes));
            }

            filter.Told[target] = now;
        }

        foreach (var gone in filter.Told.Keys.Except(seen).ToArray())
        {
            filter.Told.Remove(gone);
            updates.Add(ObjectUpdate("leave", gone, []));
        }

        return updates.Count == 0
            ? null
            : new ObjectValue(
                "PropertyFilterUpdate",
                [("filter", new RefValue("PropertyFilter", filter.Key)), ("objectSet", new ListValue("ObjectUpdate", updates))]);
    }

    private IEnumerable<(RefValue Target, IReadOnlyList<(string Path, Value Value)> Properties)> Selected(Filter filter)
    {
        try
        {
            return [.. selection.Find(filter.Specification)];
        }
        catch (VimFault gone) when (gone.Type == "ManagedObjectNotFound")
        {
            // Where it began is there no more, and nothing below it.
            return [];
        }
    }

    private static ObjectValue ObjectUpdate(string kind, RefValue target, Value[] changes) => new(
        "ObjectUpdate",
        [("kind", new ScalarValue("ObjectUpdateKind", kind)), ("obj", target), ("changeSet", new ListValue("PropertyChange", changes))]);

    private static ObjectValue Change(string path, string operation, Value? value) => new(
        "PropertyChange",
        [
            ("name", ScalarValue.Text(path)), ("op", new ScalarValue("PropertyChangeOp", operation)),
            .. value is null ? Array.Empty<(string, Value)>() : [("val", value)],
        ]);

    private static string Text(Value value)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, Fragment))
        {
            value.Write(xml, "val", isAny: true);
        }

        return text.ToString();
    }

    /// <summary>A filter.</summary>
    private sealed record Filter(string Key, RequestNode Specification)
    {
        /// <summary>What was told of each object.</summary>
        public Dictionary<RefValue, Dictionary<string, string>> Told { get; } = [];
    }
}
