namespace Muster.Clouds.DigitalOcean;

/// <summary>One page as a window over the rows of a listing.</summary>
/// <param name="Number">The page's number, from 1.</param>
/// <param name="Size">Rows on a page.</param>
internal readonly record struct PageWindow(int Number, int Size)
{
    /// <summary>The first row that it shows, from 0.</summary>
    public int Start => (Number - 1) * Size;

    /// <summary>One behind the last.</summary>
    public int End => Number * Size;

    /// <summary>The window that follows without a gap, where rows up to there are known.</summary>
    /// <param name="known">Rows that are known from the beginning.</param>
    /// <param name="overlap">How many of them it must show again at least; as few more as can be.</param>
    /// <param name="sizeMax">The most rows of a page.</param>
    /// <remarks>
    /// Pages begin at multiples of their size alone, so a window that begins elsewhere is a page of a smaller size: after 200 rows the
    /// second page of 196 shows four of them again.
    /// </remarks>
    public static PageWindow After(int known, int overlap, int sizeMax)
    {
        var begin = known - overlap;
        if (begin <= 0)
        {
            return new(1, sizeMax);
        }

        var best = new PageWindow((begin / sizeMax) + 1, sizeMax);
        for (var size = sizeMax - 1; size > 0; size--)
        {
            var window = new PageWindow((begin / size) + 1, size);
            best = window.End > best.End ? window : best;
        }

        return best;
    }
}
