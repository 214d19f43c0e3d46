using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Muster.Clouds.Libvirt.Seeds;

/// <summary>
/// A small ISO 9660 image (ECMA-119) with files in its root: their plain names as Joliet has them, which every system reads that mounts it.
/// </summary>
internal static class IsoImage
{
    private const int Sector = 2048;

    // What stands in which sector; the sixteen before are the system's, and empty.
    private const int Primary = 16, Joliet = 17, End = 18, PrimaryPathsLittle = 19, PrimaryPathsBig = 20, JolietPathsLittle = 21;
    private const int JolietPathsBig = 22, PrimaryRoot = 23, JolietRoot = 24, FirstFile = 25;

    private const int PathTableBytes = 10;
    private const int LabelLength = 32;
    private const byte Directory = 2;

    /// <summary>Writes it.</summary>
    /// <param name="label">What the volume is called; 16 characters of ASCII at most.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="files">Name, the name without anything but capitals and digits and eight of them at most, and content; by name.</param>
    public static byte[] Write(string label, DateTimeOffset madeAt, params ReadOnlySpan<(string Name, string Short, byte[] Content)> files)
    {
        var sectors = FirstFile;
        foreach (var file in files)
        {
            sectors += SectorsOf(file.Content.Length);
        }

        var image = new byte[sectors * Sector];
        Descriptor(image, Primary, isJoliet: false, label, sectors, madeAt);
        Descriptor(image, Joliet, isJoliet: true, label, sectors, madeAt);
        var end = At(image, End);
        end[0] = 0xFF;
        "CD001\u0001"u8.CopyTo(end[1..]);
        PathTable(At(image, PrimaryPathsLittle), PrimaryRoot, isBig: false);
        PathTable(At(image, PrimaryPathsBig), PrimaryRoot, isBig: true);
        PathTable(At(image, JolietPathsLittle), JolietRoot, isBig: false);
        PathTable(At(image, JolietPathsBig), JolietRoot, isBig: true);

        var (plain, joliet) = (Root(image, PrimaryRoot, madeAt), Root(image, JolietRoot, madeAt));
        var next = FirstFile;
        foreach (var file in files)
        {
            file.Content.CopyTo(At(image, next));
            plain += Record(
                At(image, PrimaryRoot)[plain..], Encoding.ASCII.GetBytes($"{file.Short}.;1"), next, file.Content.Length, 0, madeAt);
            joliet += Record(
                At(image, JolietRoot)[joliet..], Encoding.BigEndianUnicode.GetBytes(file.Name), next, file.Content.Length, 0, madeAt);
            next += SectorsOf(file.Content.Length);
        }

        return image;
    }

    private static int SectorsOf(int bytes) => Math.Max(1, (bytes + Sector - 1) / Sector);

    private static Span<byte> At(byte[] image, int sector) => image.AsSpan(sector * Sector);

    private static void Descriptor(byte[] image, int sector, bool isJoliet, string label, int sectors, DateTimeOffset madeAt)
    {
        var descriptor = At(image, sector)[..Sector];
        descriptor[0] = isJoliet ? (byte)2 : (byte)1;
        "CD001\u0001"u8.CopyTo(descriptor[1..]);
        Text(descriptor.Slice(8, 32), "", isJoliet);
        Text(descriptor.Slice(40, LabelLength), label, isJoliet);
        Both(descriptor[80..], sectors);
        if (isJoliet)
        {
            // ISO/IEC 2022: UCS-2 of level 3.
            "%/E"u8.CopyTo(descriptor[88..]);
        }

        Both16(descriptor[120..], 1);
        Both16(descriptor[124..], 1);
        Both16(descriptor[128..], Sector);
        Both(descriptor[132..], PathTableBytes);
        BinaryPrimitives.WriteInt32LittleEndian(descriptor[140..], isJoliet ? JolietPathsLittle : PrimaryPathsLittle);
        BinaryPrimitives.WriteInt32BigEndian(descriptor[148..], isJoliet ? JolietPathsBig : PrimaryPathsBig);
        Record(descriptor[156..], [0], isJoliet ? JolietRoot : PrimaryRoot, Sector, Directory, madeAt);
        foreach (var (at, length) in ((int, int)[])[(190, 128), (318, 128), (446, 128), (574, 128), (702, 37), (739, 37), (776, 37)])
        {
            Text(descriptor.Slice(at, length), "", isJoliet);
        }

        var time = Encoding.ASCII.GetBytes(madeAt.UtcDateTime.ToString("yyyyMMddHHmmss00", CultureInfo.InvariantCulture));
        time.CopyTo(descriptor[813..]);
        time.CopyTo(descriptor[830..]);
        foreach (var at in (int[])[847, 864])
        {
            // Not given.
            descriptor.Slice(at, 16).Fill((byte)'0');
        }

        descriptor[881] = 1;
    }

    /// <summary>The root directory's own two records.</summary>
    /// <returns>Where the next one begins.</returns>
    private static int Root(byte[] image, int sector, DateTimeOffset madeAt)
    {
        var at = Record(At(image, sector), [0], sector, Sector, Directory, madeAt);
        return at + Record(At(image, sector)[at..], [1], sector, Sector, Directory, madeAt);
    }

    private static void PathTable(Span<byte> table, int root, bool isBig)
    {
        table[0] = 1;
        if (isBig)
        {
            BinaryPrimitives.WriteInt32BigEndian(table[2..], root);
            BinaryPrimitives.WriteInt16BigEndian(table[6..], 1);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(table[2..], root);
            BinaryPrimitives.WriteInt16LittleEndian(table[6..], 1);
        }
    }

    /// <summary>A record of a directory.</summary>
    /// <returns>Its length.</returns>
    private static int Record(Span<byte> record, ReadOnlySpan<byte> name, int sector, int bytes, byte flags, DateTimeOffset madeAt)
    {
        var length = (33 + name.Length + 1) & ~1;
        var utc = madeAt.UtcDateTime;
        record[0] = (byte)length;
        Both(record[2..], sector);
        Both(record[10..], bytes);
        record[18] = (byte)(utc.Year - 1900);
        (record[19], record[20], record[21]) = ((byte)utc.Month, (byte)utc.Day, (byte)utc.Hour);
        (record[22], record[23]) = ((byte)utc.Minute, (byte)utc.Second);
        record[25] = flags;
        Both16(record[28..], 1);
        record[32] = (byte)name.Length;
        name.CopyTo(record[33..]);
        return length;
    }

    private static void Text(Span<byte> field, string text, bool isWide)
    {
        if (!isWide)
        {
            field.Fill((byte)' ');
            Encoding.ASCII.GetBytes(text, field);
            return;
        }

        // Of an odd length is the last byte none.
        for (var i = 0; i + 1 < field.Length; i += 2)
        {
            field[i + 1] = (byte)' ';
        }

        Encoding.BigEndianUnicode.GetBytes(text, field);
    }

    private static void Both(Span<byte> field, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(field, number);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], number);
    }

    private static void Both16(Span<byte> field, short number)
    {
        BinaryPrimitives.WriteInt16LittleEndian(field, number);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], number);
    }
}
