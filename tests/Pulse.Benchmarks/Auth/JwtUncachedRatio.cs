using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pulse.Auth;
using Pulse.Benchmarks.Ratios;

namespace Pulse.Benchmarks.Auth;

/// <summary>The whole judgement of a good token, against the one signature check nobody can do without.</summary>
internal sealed class JwtUncachedRatio : Ratio
{
    private KeycloakToken _token = null!;
    private PulseOfflineTokenValidator _validator = null!;
    private byte[] _input = [];
    private byte[] _signature = [];

    public override string Name => "jwt.rs256.uncached";

    public override string PeerName => "RSA.VerifyData";

    public override async ValueTask PrepareAsync()
    {
        _token = new KeycloakToken();
        _validator = new PulseOfflineTokenValidator(KeycloakToken.Issuer, KeycloakToken.Audience, _token.KeySet);
        if (_token.Valid.Length is < 1_300 or > 1_500)
        {
            throw new InvalidOperationException($"The token has {_token.Valid.Length} characters instead of about 1,400.");
        }

        var end = _token.Valid.LastIndexOf('.');
        _input = Encoding.ASCII.GetBytes(_token.Valid[..end]);
        _signature = Base64Url.DecodeFromChars(_token.Valid.AsSpan(end + 1));
        var ours = await _validator.ValidateAsync(_token.Valid, CancellationToken.None);
        if (!ours.Succeeded || !Peer())
        {
            throw new InvalidOperationException($"The token is refused: {ours.Failure}.");
        }
    }

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _validator.ValidateAsync(_token.Valid, CancellationToken.None);
        }
    }

    public override ValueTask RunPeerAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            Peer();
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _validator.DisposeAsync();
        _token.Dispose();
        await base.DisposeAsync();
    }

    private bool Peer() => _token.Key.VerifyData(_input.AsSpan(), _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
