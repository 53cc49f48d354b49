namespace Lateen.Engine.Native;

using System.Buffers.Binary;

/// <summary>
/// The record layer of TLS 1.3 on a server's connection whose handshake OpenSSL has made (RFC 8446 section 5). OpenSSL's own holds 14 KB for
/// each connection, and spends on a record of a kilobyte as much around the cipher as in it; this one holds two keys.
/// </summary>
internal sealed unsafe class OpenSslRecords
{
    public const int MaxContentBytes = 16 * 1024;
    private const int HeaderBytes = 5;
    private const int MaxCiphertextBytes = MaxContentBytes + 256;

    /// <summary>Room that a whole record may need.</summary>
    public const int MaxRecordBytes = HeaderBytes + MaxCiphertextBytes;

    // RFC 8446 section 5.5: AES-GCM is safe for 2^24.5 full-size records.
    private const ulong MaxRecordsPerKey = 1 << 24;

    // Records that carry nothing: as many as OpenSSL takes in a row.
    private const int MaxEmptyInARow = 32;

    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const byte KeyUpdate = 24;
    private const byte CloseNotify = 0;
    private const byte UserCanceled = 90;
    private const byte UnexpectedMessage = 10;
    private const byte BadRecordMac = 20;
    private const byte RecordOverflow = 22;
    private const byte InternalError = 80;

    private readonly OpenSslPipe _pipe;
    private readonly OpenSslAead _reader;
    private readonly OpenSslAead _writer;
    private int _emptyInARow;
    private bool _ended;

    private OpenSslRecords(OpenSslPipe pipe, OpenSslAead reader, OpenSslAead writer)
    {
        _pipe = pipe;
        _reader = reader;
        _writer = writer;
    }

    /// <summary>Why nothing more can be read; in OpenSSL's words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Null when the suite is not one of ours.</summary>
    public static OpenSslRecords? TryCreate(
        OpenSslPipe pipe, ushort suiteNumber, ReadOnlySpan<byte> clientSecret, ReadOnlySpan<byte> serverSecret, ulong recordsWritten)
    {
        if (OpenSslSuite.Find(suiteNumber) is not { } suite
            || OpenSslAead.TryCreate(suite, clientSecret, seals: false) is not { } reader)
        {
            return null;
        }

        if (OpenSslAead.TryCreate(suite, serverSecret, seals: true) is not { } writer)
        {
            reader.Free();
            return null;
        }

        writer.Records = recordsWritten;
        return new OpenSslRecords(pipe, reader, writer);
    }

    /// <summary>Records in a piece of output, which holds nothing but whole ones.</summary>
    public static int Count(ReadOnlySpan<byte> output)
    {
        int count = 0;
        while (output.Length >= HeaderBytes)
        {
            count++;
            output = output[Math.Min(output.Length, HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(output[3..]))..];
        }

        return count;
    }

    /// <summary>Opens whole records while they fit.</summary>
    public OpenSslStatus Read(ReadOnlySpan<byte> input, Span<byte> target, out int used, out int count)
    {
        used = 0;
        count = 0;
        while (!_ended)
        {
            ReadOnlySpan<byte> rest = input[used..];
            if (rest.Length < HeaderBytes)
            {
                return OpenSslStatus.WantInput;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (rest[0] != ApplicationData)
            {
                return Fail(UnexpectedMessage, "UNEXPECTED_RECORD");
            }

            if (length is > MaxCiphertextBytes or <= OpenSslAead.TagBytes)
            {
                return length > MaxCiphertextBytes ? Fail(RecordOverflow, "ENCRYPTED_LENGTH_TOO_LONG") : Fail(BadRecordMac, "BAD_RECORD_TYPE");
            }

            if (rest.Length < HeaderBytes + length)
            {
                return OpenSslStatus.WantInput;
            }

            if (target.Length - count < length - OpenSslAead.TagBytes)
            {
                return OpenSslStatus.Done;
            }

            OpenSslStatus status = Open(rest[..(HeaderBytes + length)], target[count..], out int data);
            used += HeaderBytes + length;
            count += data;
            if (status is not OpenSslStatus.Done)
            {
                return status;
            }
        }

        return Reason.Length > 0 ? OpenSslStatus.Failed : OpenSslStatus.Closed;
    }

    /// <summary>Seals all of it into the pipe.</summary>
    public bool TryWrite(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            ReadOnlySpan<byte> content = source[..Math.Min(source.Length, MaxContentBytes)];
            if (!TrySeal(ApplicationData, content))
            {
                return false;
            }

            source = source[content.Length..];
            if (_writer.Records >= MaxRecordsPerKey && !TryUpdateWriter())
            {
                return false;
            }
        }

        return true;
    }

    public void Close()
    {
        ReadOnlySpan<byte> warning = [1, CloseNotify];
        _ = TrySeal(Alert, warning);
    }

    public void Free()
    {
        _reader.Free();
        _writer.Free();
    }

    private OpenSslStatus Open(ReadOnlySpan<byte> record, Span<byte> target, out int data)
    {
        data = 0;
        int length = record.Length - HeaderBytes - OpenSslAead.TagBytes;
        fixed (byte* bytes = record)
        fixed (byte* opened = target)
        {
            if (!_reader.TryOpen(bytes, HeaderBytes, bytes + HeaderBytes, length, opened))
            {
                LibCrypto.ERR_clear_error();
                return Fail(BadRecordMac, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
            }
        }

        // The last octet that is not padding tells what it is.
        int end = target[..length].LastIndexOfAnyExcept((byte)0);
        if (end < 0 || end > MaxContentBytes)
        {
            return end < 0 ? Fail(UnexpectedMessage, "BAD_RECORD_TYPE") : Fail(RecordOverflow, "DATA_LENGTH_TOO_LONG");
        }

        switch (target[end])
        {
            case ApplicationData:
                data = end;
                _emptyInARow = end > 0 ? 0 : _emptyInARow + 1;
                return _emptyInARow > MaxEmptyInARow ? Fail(UnexpectedMessage, "RECORD_TOO_SMALL") : OpenSslStatus.Done;
            case Alert:
                return OnAlert(target[..end]);
            case Handshake:
                return OnHandshake(target[..end]);
            default:
                return Fail(UnexpectedMessage, "UNEXPECTED_RECORD");
        }
    }

    private OpenSslStatus OnAlert(ReadOnlySpan<byte> alert)
    {
        if (alert.Length != 2)
        {
            return Fail(UnexpectedMessage, "INVALID_ALERT");
        }

        if (alert[1] == UserCanceled && ++_emptyInARow <= MaxEmptyInARow)
        {
            return OpenSslStatus.Done;
        }

        _ended = true;
        if (alert[1] == CloseNotify)
        {
            return OpenSslStatus.Closed;
        }

        Reason = $"TLSV1_ALERT_{alert[1]}";
        return OpenSslStatus.Failed;
    }

    // A client has nothing else to say after its Finished (RFC 8446 section 4.6); what it says stands alone in its record.
    private OpenSslStatus OnHandshake(ReadOnlySpan<byte> message)
    {
        if (message is not [KeyUpdate, 0, 0, 1, 0 or 1])
        {
            return Fail(UnexpectedMessage, "UNEXPECTED_MESSAGE");
        }

        if (++_emptyInARow > MaxEmptyInARow)
        {
            return Fail(UnexpectedMessage, "TOO_MANY_KEY_UPDATES");
        }

        return _reader.TryUpdate() && (message[4] == 0 || TryUpdateWriter())
            ? OpenSslStatus.Done : Fail(InternalError, "INTERNAL_ERROR");
    }

    /// <summary>Says that the key changes, and changes it; the peer may be asked to do the same.</summary>
    internal bool TryUpdateWriter(bool ask = false)
    {
        ReadOnlySpan<byte> message = [KeyUpdate, 0, 0, 1, ask ? (byte)1 : (byte)0];
        return TrySeal(Handshake, message) && _writer.TryUpdate();
    }

    internal bool TrySeal(byte kind, ReadOnlySpan<byte> content)
    {
        int length = content.Length + 1;
        int size = HeaderBytes + length + OpenSslAead.TagBytes;
        byte* record = _pipe.Reserve(size);
        if (record is null)
        {
            return false;
        }

        // Every record says that it is application data of TLS 1.2.
        record[0] = ApplicationData;
        record[1] = 3;
        record[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(record + 3, 2), (ushort)(length + OpenSslAead.TagBytes));
        content.CopyTo(new Span<byte>(record + HeaderBytes, content.Length));
        record[HeaderBytes + content.Length] = kind;
        if (!_writer.TrySeal(record, HeaderBytes, record + HeaderBytes, length))
        {
            LibCrypto.ERR_clear_error();
            return false;
        }

        _pipe.Commit(size);
        return true;
    }

    private OpenSslStatus Fail(byte description, string reason)
    {
        if (!_ended)
        {
            _ended = true;
            Reason = reason;
            ReadOnlySpan<byte> fatal = [2, description];
            _ = TrySeal(Alert, fatal);
        }

        return OpenSslStatus.Failed;
    }
}
