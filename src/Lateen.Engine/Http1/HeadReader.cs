namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;

/// <summary>Reads the lines of a head or of trailers as they arrive: the usual ones many at a time, every other alone.</summary>
internal struct HeadReader
{
    // Most heads; longer ones go on with twice as much.
    private const int FirstBlockBytes = 512;

    private LineReader _lines;

    /// <summary>Takes a step; <paramref name="line"/> is the start line when that is it.</summary>
    public HeadStep Read(
        MessageHead head, bool startLine, ReadOnlySpan<byte> input, out int used, out ReadOnlySpan<byte> line, out Http1Fault? fault)
    {
        used = 0;
        if (!startLine && _lines.IsFresh && head.FieldsLeft > 0)
        {
            line = default;
            used = ReadFields(head, input, out fault);
            if (fault is not null)
            {
                return HeadStep.BadField;
            }

            if (used == input.Length)
            {
                return HeadStep.Fields;
            }

            input = input[used..];
            if (input.StartsWith("\r\n"u8) && head.BytesLeft >= 2)
            {
                used += 2;
                head.Bytes += 2;
                return HeadStep.End;
            }
        }

        HeadStep step = ReadLine(head, startLine, input, out int last, out line, out fault);
        used += last;
        return step;
    }

    // The rare, the wrong and the incomplete.
    private HeadStep ReadLine(
        MessageHead head, bool startLine, ReadOnlySpan<byte> input, out int used, out ReadOnlySpan<byte> line, out Http1Fault? fault)
    {
        LineStatus status = _lines.TryRead(input, out line, out used);
        if ((status is LineStatus.NeedMoreData ? input.Length : used) > head.BytesLeft)
        {
            fault = Http1Fault.HeadTooLarge;
            return HeadStep.BadLine;
        }

        fault = status is LineStatus.Bad ? Http1Fault.BadLine : null;
        if (status is not LineStatus.Complete)
        {
            return fault is null ? HeadStep.NeedMoreData : HeadStep.BadLine;
        }

        head.Bytes += used;
        if (startLine || line.IsEmpty)
        {
            return startLine ? HeadStep.StartLine : HeadStep.End;
        }

        fault = head.ReadLine(line);
        return fault is null ? HeadStep.Fields : HeadStep.BadField;
    }

    // As many lines as are there and as most are; returns how many bytes. The next one, if any, is for ReadLine: it is incomplete, empty,
    // malformed, beyond a limit, or just rare.
    private static int ReadFields(MessageHead head, ReadOnlySpan<byte> input, out Http1Fault? fault)
    {
        int taken = 0;
        int blockBytes = FirstBlockBytes;
        input = input[..Math.Min(input.Length, head.BytesLeft)];
        bool more;
        do
        {
            ReadOnlySpan<byte> block = input[taken..];
            block = block[..Math.Min(block.Length, blockBytes)];
            int used = ReadBlock(head, block, out fault);
            taken += used;

            // A line that the block cut is whole in the next.
            more = fault is null && used > 0 && block.Length == blockBytes && taken < input.Length && input[taken] != '\r';
            blockBytes *= 2;
        }
        while (more);
        head.Bytes += taken;
        return taken;
    }

    private static int ReadBlock(MessageHead head, ReadOnlySpan<byte> block, out Http1Fault? fault)
    {
        fault = null;
        HeaderMap map = head.Map;
        int start = map.Stage(block);
        int at = start;
        int left = head.FieldsLeft;
        ReadOnlySpan<byte> staged = map.Staged;
        for (; left > 0 && HeaderLine.TryRead(staged, at, out HeaderLine line); left--)
        {
            if (line.NameHasCapitals)
            {
                map.LowerStaged(at, line.NameLength);
            }

            HeaderKind kind = HeaderNames.IsOrdinary(line.NameLength)
                ? HeaderKind.Ordinary
                : HeaderNames.ClassifyByFirst(staged.Slice(at, line.NameLength));
            if (kind is HeaderKind.Ordinary)
            {
                map.AddStaged(at, line.NameLength, line.ValueLength, EntryForm.Line);
            }
            else
            {
                fault = head.ReadStagedSpecial(kind, at, line.NameLength, line.ValueLength);
                staged = map.Staged;
                if (fault is not null)
                {
                    break;
                }
            }

            at += line.Length;
        }

        head.FieldsLeft = left;
        map.Unstage(at);
        return at - start;
    }
}
