namespace Lateen.Engine.Native;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>
/// What stands in for the socket below every TLS connection of one loop: ciphertext is read straight from where the transport left
/// it, and written to one buffer that the loop's connections share. So a connection has no BIO and no buffer of its own.
/// </summary>
internal sealed unsafe class OpenSslPipe : IDisposable
{
    private const int UsualOutputBytes = 72 * 1024;

    // A handshake flight with a long chain; more than this is no honest peer's.
    private const int MaxOutputBytes = 4 << 20;

    private static readonly nint Method = CreateMethod();

    private readonly State* _state;
    private nint _bio;

    public OpenSslPipe()
    {
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        _state->Output = (byte*)NativeMemory.Alloc(UsualOutputBytes);
        _state->OutputCapacity = UsualOutputBytes;
        _bio = LibCrypto.BIO_new(Method);
        LibCrypto.BIO_set_data(_bio, _state);
    }

    /// <summary>What the last call wrote.</summary>
    public ReadOnlySpan<byte> Output => new(_state->Output, _state->OutputLength);

    /// <summary>Decrypted bytes go here; one buffer for all connections, as they are consumed in place.</summary>
    public byte[] Plaintext { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    public void ClearOutput()
    {
        _state->OutputLength = 0;
        if (_state->OutputCapacity > UsualOutputBytes)
        {
            _state->Output = (byte*)NativeMemory.Realloc(_state->Output, UsualOutputBytes);
            _state->OutputCapacity = UsualOutputBytes;
        }
    }

    public void Dispose()
    {
        if (_bio != 0)
        {
            _ = LibCrypto.BIO_free(_bio);
            _bio = 0;
            NativeMemory.Free(_state->Output);
            NativeMemory.Free(_state);
        }
    }

    internal void Attach(nint ssl)
    {
        _ = LibCrypto.BIO_up_ref(_bio);
        LibSsl.SSL_set0_rbio(ssl, _bio);
        _ = LibCrypto.BIO_up_ref(_bio);
        LibSsl.SSL_set0_wbio(ssl, _bio);
    }

    internal void SetInput(byte* input, int length)
    {
        _state->Input = input;
        _state->InputLength = length;
        _state->RanDry = false;
    }

    /// <summary>OpenSSL asked for more than there was, which ends its call.</summary>
    internal bool RanDry => _state->RanDry;

    internal int InputLeft => _state->InputLength;

    /// <summary>Room behind the output; null when it has grown beyond what is sane. <see cref="Commit"/> makes it output.</summary>
    internal byte* Reserve(int length) => Reserve(_state, length);

    internal void Commit(int length) => _state->OutputLength += length;

    private static nint CreateMethod()
    {
        ReadOnlySpan<byte> name = "lateen\0"u8;
        fixed (byte* text = name)
        {
            // BIO_TYPE_SOURCE_SINK, openssl/bio.h
            nint method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | 0x0400, text);
            _ = LibCrypto.BIO_meth_set_read_ex(method, &Read);
            _ = LibCrypto.BIO_meth_set_write_ex(method, &Write);

            // The null BIO answers as ours has to: yes to a flush, no to all else that is asked of it for each record.
            _ = LibCrypto.BIO_meth_set_ctrl(method, LibCrypto.BIO_meth_get_ctrl(LibCrypto.BIO_s_null()));
            return method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* target, nuint length, nuint* count)
    {
        var state = (State*)LibCrypto.BIO_get_data(bio);
        LibCrypto.BIO_clear_flags(bio, LibCrypto.BioRetryFlags);
        if (state->InputLength == 0)
        {
            *count = 0;
            state->RanDry = true;
            LibCrypto.BIO_set_flags(bio, LibCrypto.BioRetryRead);
            return -1;
        }

        int taken = (int)Math.Min((nuint)state->InputLength, length);
        Unsafe.CopyBlockUnaligned(target, state->Input, (uint)taken);
        state->Input += taken;
        state->InputLength -= taken;
        *count = (nuint)taken;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* source, nuint length, nuint* count)
    {
        var state = (State*)LibCrypto.BIO_get_data(bio);
        LibCrypto.BIO_clear_flags(bio, LibCrypto.BioRetryFlags);
        *count = 0;
        byte* room = length > MaxOutputBytes ? null : Reserve(state, (int)length);
        if (room is null)
        {
            return -1;
        }

        Unsafe.CopyBlockUnaligned(room, source, (uint)length);
        state->OutputLength += (int)length;
        *count = length;
        return 1;
    }

    private static byte* Reserve(State* state, int length)
    {
        if (length > MaxOutputBytes - state->OutputLength)
        {
            return null;
        }

        int needed = state->OutputLength + length;
        if (needed > state->OutputCapacity)
        {
            int capacity = Math.Max(needed, state->OutputCapacity * 2);
            state->Output = (byte*)NativeMemory.Realloc(state->Output, (nuint)capacity);
            state->OutputCapacity = capacity;
        }

        return state->Output + state->OutputLength;
    }

    private struct State
    {
        public byte* Input;
        public byte* Output;
        public int InputLength;
        public int OutputLength;
        public int OutputCapacity;
        public bool RanDry;
    }
}
