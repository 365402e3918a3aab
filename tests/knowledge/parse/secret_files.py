"""Realistic files of keys and passwords, each of its own kind; every value is random."""

from __future__ import annotations

import base64
import random
import string

_random = random.Random(11)


def _word(length: int, letters: str = string.ascii_letters + string.digits) -> str:
    return "".join(_random.choices(letters, k=length))


def _hex(length: int) -> str:
    return _word(length, "0123456789abcdef")


def _base64(size_bytes: int) -> str:
    return base64.b64encode(_random.randbytes(size_bytes)).decode()


def _password() -> str:
    return _word(5) + "!" + _word(4, string.digits) + "x"


def _pem(kind: str) -> str:
    body = "\n".join(_base64(48) for _ in range(4))
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"


_WORDS = "orbit lamp velvet canyon shrug mellow fabric tunnel gospel wheat rival badge".split()
_PROSE = "Some words about the garden and the boiler. " * 300

SECRET_FILES: dict[str, str] = {
    # keys
    "id_rsa": _pem("OPENSSH PRIVATE KEY"),
    "id_ed25519_work": _pem("OPENSSH PRIVATE KEY"),
    "server.pem": _pem("RSA PRIVATE KEY"),
    "tls.key": _pem("EC PRIVATE KEY"),
    "export.asc": _pem("PGP PRIVATE KEY BLOCK"),
    "backup of my key.txt": _pem("ENCRYPTED PRIVATE KEY"),
    "letter.md": _PROSE + _pem("PRIVATE KEY"),
    "session.ppk": "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n" + _base64(36),
    "putty.txt": "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPrivate-Lines: 14\n" + _base64(48),
    "age.txt": "# created: 2026-01-01\nAGE-SECRET-KEY-1" + _word(58, string.ascii_uppercase + string.digits),
    "wg0.conf": f"[Interface]\nPrivateKey = {_base64(32)}\nAddress = 10.0.0.2/32\n",
    "tunnel.txt": f"[Interface]\nPrivateKey = {_base64(32)}\n[Peer]\n",
    "signing.jwk": f'{{"kty": "OKP", "crv": "Ed25519", "d": "{_word(43)}", "x": "{_word(43)}"}}',
    "keys.json": f'{{"keys": [{{"kty": "RSA", "n": "{_word(99)}", "d": "{_word(99)}"}}]}}',
    "minisign.txt": f"untrusted comment: minisign encrypted secret key\n{_base64(96)}\n",
    "ssh2.txt": "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n" + _base64(90),
    "static.txt": "-----BEGIN OpenVPN Static key V1-----\n" + "\n".join(_hex(32) for _ in range(16)),
    "client.ovpn": f"client\n<key>\n{_pem('PRIVATE KEY')}</key>\n",
    "AuthKey_9X8Y7Z.p8": _pem("PRIVATE KEY"),
    "release.keystore": "x",
    "cert.pfx": "x",
    "service.keytab": "x",
    "krb5cc_1000": "x",
    "nostr.txt": "nsec1" + _word(58, string.ascii_lowercase + string.digits),
    "hs_ed25519_secret_key": "== ed25519v1-secret: type0 ==" + _word(60),
    # settings with passwords
    ".env": f"SECRET_KEY={_word(40)}\n",
    "production.env": f"DB_PASSWORD={_password()}\n",
    "env.production": f"STRIPE={_word(30)}\n",
    ".netrc": f"machine h.example login me password {_password()}\n",
    "my netrc copy.txt": f"machine h.example login me password {_password()}\n",
    "pgpass.conf": f"db:5432:*:me:{_password()}\n",
    ".my.cnf": f"[client]\npassword={_password()}\n",
    ".npmrc": f"//registry.example/:_authToken={_word(36)}\n",
    ".pypirc": f"[server]\npassword = {_password()}\n",
    ".s3cfg": f"secret_key = {_word(40)}\n",
    ".htpasswd": f"me:$apr1${_word(8)}${_word(22)}\n",
    "users.txt": f"me:$2y$10${_word(53)}\nyou:$2y$10${_word(53)}\n",
    "shadow": f"root:$6${_word(16)}${_word(86)}:19000:0:99999:7:::\n",
    "old-shadow.txt": f"root:$y$j9T${_word(22)}${_word(43)}:19000:0:99999:7:::\n",
    "rclone.conf": f"[drive]\ntype = drive\nclient_secret = {_word(24)}\n",
    "remotes.txt": f"[box]\ntype = sftp\nhost = h.example\nuser = me\npass = {_word(40)}\n",
    "wpa_supplicant.conf": f'network={{\n ssid="home"\n psk="{_password()}"\n}}\n',
    "wifi.txt": f'network={{\n ssid="home"\n psk="{_password()}"\n}}\n',
    "home.nmconnection": f"[wifi-security]\npsk={_password()}\n",
    "Wi-Fi-home.xml": f"<WLANProfile><sharedKey><keyMaterial>{_password()}</keyMaterial></sharedKey></WLANProfile>",
    "ipsec.secrets": f'h.example : PSK "{_password()}"\n',
    "vpn.conf": f'h.example : PSK "{_password()}"\n',
    "chap-secrets": f"me * {_password()} *\n",
    "smbcredentials": f"username=me\npassword={_password()}\n",
    "sitemanager.xml": f'<Server><Pass encoding="base64">{_base64(12)}</Pass></Server>',
    "ftp servers.xml": f'<Server><Pass encoding="base64">{_base64(12)}</Pass></Server>',
    "winscp.ini": f"[Sessions\\me@h]\nPassword={_hex(40).upper()}\n",
    "confCons.xml": f'<Node Name="h" Password="{_base64(40)}" />',
    "office.rdp": f"password 51:b:{_hex(60)}\n",
    "router.txt": f"enable secret 5 $1${_word(4)}${_word(22)}\n",
    "switch.cfg": f"username admin password 7 {_hex(18).upper()}\n",
    "auth.json": f'{{"http-basic": {{"h.example": {{"username": "me", "password": "{_password()}"}}}}}}',
    "NuGet.Config": f'<add key="ClearTextPassword" value="{_password()}" />',
    "credentials.xml": "<com.cloudbees.plugins.credentials.SystemCredentialsProvider/>",
    "jenkins backup.xml": "<list><com.cloudbees.plugins.credentials.domains.Domain/></list>",
    "terraform.tfstate": '{"terraform_version": "1.9", "lineage": "x"}',
    "state.json": '{"version": 4, "terraform_version": "1.9", "lineage": "x"}',
    "prod.tfvars": f'db_password = "{_password()}"\n',
    "vault.yml": f"$ANSIBLE_VAULT;1.1;AES256\n{_hex(80)}\n",
    "database.yml": f"production:\n  adapter: postgresql\n  password: {_password()}\n",
    "application.properties": f"spring.datasource.password={_password()}\n",
    "appsettings.json": f'{{"Default": "Server=db;User Id=me;Password={_password()};"}}',
    "web.config": f'<add connectionString="Server=db;User Id=me;Password={_password()};" />',
    "wp-config.php": f"define('DB_PASSWORD', '{_password()}');",
    "config.toml": f'api_key = "{_word(32)}"\n',
    "settings.ini": f"[mail]\nsmtp_password = {_password()}\n",
    "redis.txt": f"rediss://default:{_password()}@cache.example:6379\n",
    "notes on the database.md": f"{_PROSE}\npostgres://app:{_password()}@db.example/app\n",
    "connection.txt": f"mongodb+srv://app:{_password()}@cluster.example/app\n",
    "pip.conf": f"[global]\nindex-url = https://me:{_password()}@packages.example/simple\n",
    "msmtprc": f"account me\npassword {_password()}\n",
    ".sentryclirc": f"[auth]\ntoken={_hex(64)}\n",
    ".databrickscfg": f"token = dapi{_hex(32)}\n",
    "sasl_passwd": f"h.example me:{_password()}\n",
    # credentials
    "credentials": f"[default]\naws_secret_access_key = {_word(40)}\n",
    "aws.txt": f"AKIA{_word(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')} {_word(40)}\n",
    "rootkey.csv": f"AWSAccessKeyId=AKIA{_word(16, 'ABCDEFGH234567')}\nAWSSecretKey={_word(40)}\n",
    "config.json": f'{{"auths": {{"h.example": {{"auth": "{_base64(20)}"}}}}}}',
    "kubeconfig": f"kind: Config\nusers:\n- user:\n    client-key-data: LS0t{_base64(90)}\n",
    "kubeconfig-prod.yaml": f"kind: Config\nclusters: []\nusers:\n- user:\n    token: {_word(40)}\n",
    "cluster.yaml": f"kind: Config\nclusters: []\nusers:\n- user:\n    token: {_word(40)}\n",
    "admin.conf": f"kind: Config\nusers:\n- user:\n    client-key-data: LS0t{_base64(90)}\n",
    "database-secret.yaml": f"apiVersion: v1\nkind: Secret\ndata:\n  password: {_base64(24)}\n",
    "application_default_credentials.json": f'{{"type": "authorized_user", "refresh_token": "1//0{_word(60)}"}}',
    "adc.json": f'{{"type": "authorized_user", "refresh_token": "1//0{_word(60)}"}}',
    "project-1a2b.json": f'{{"type": "service_account", "private_key_id": "{_hex(40)}"}}',
    "client_secret_12.apps.json": f'{{"installed": {{"client_secret": "GOCSPX-{_word(28)}"}}}}',
    "accessTokens.json": f'[{{"refreshToken": "{_word(60)}"}}]',
    "token.json": f'{{"access_token": "{_word(60)}", "expires_in": 3600}}',
    "kaggle.json": f'{{"username": "me", "key": "{_hex(32)}"}}',
    ".git-credentials": f"https://me:{_word(40)}@h.example\n",
    "request.http.txt": f"GET / HTTP/1.1\nAuthorization: Bearer {_word(40)}\n",
    "curl.txt": f"Authorization: Basic {_base64(24)}\n",
    "credentials.tfrc.json": f'{{"credentials": {{"h.example": {{"token": "{_word(14)}.atlasv1.{_word(67)}"}}}}}}',
    # tokens
    "github.txt": f"ghp_{_word(36)}",
    "gitlab.md": f"Use glpat-{_word(20)} for the runner.",
    "slack.md": f"xoxb-{_word(12, string.digits)}-{_word(12, string.digits)}-{_word(24)}",
    "google.txt": f"maps: AIza{_word(35)}",
    "sendgrid.md": f"SG.{_word(22)}.{_word(43)}",
    "pypi.md": f"pypi-AgEI{_word(70)}",
    "telegram.md": f"{_word(10, '123456789')}:AA{_word(33)}",
    "session.md": f"eyJhbGciOiJIUzI1NiJ9.eyJ{_word(40)}.{_word(43)}",
    "openai.md": f"sk-proj-{_word(60)}",
    "anthropic.md": f"sk-ant-api03-{_word(80)}",
    "huggingface.md": f"hf_{_word(34)}",
    "stripe.md": f"sk_live_{_word(24)}",
    "npm.md": f"npm_{_word(36)}",
    "digitalocean.md": f"dop_v1_{_hex(64)}",
    "hook.md": f"abcdef{_word(3)} ghp_{_word(30)}abcdef",
    # exports of password safes and browsers
    "bitwarden_export_20260101.json": '{"encrypted": false, "items": [{"login": {"password": "x"}}]}',
    "vault.json": '{"encrypted": false, "items": [{"login": {"username": "me", "password": "x"}}]}',
    "safe.csv": "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n",
    "lastpass.csv": "url,username,password,totp,extra,name,grouping,fav\n",
    "dashlane.csv": "username,username2,username3,title,password,note,url,category,otpSecret\n",
    "keepass.csv": '"Account","Login Name","Password","Web Site","Comments"\n',
    "keepassxc.csv": '"Group","Title","Username","Password","URL","Notes"\n',
    "keepass.xml": "<KeePassFile><Root><Entry><String><Key>Password</Key></String></Entry></Root></KeePassFile>",
    "keeper.json": '{"records": [{"title": "t", "login": "me", "password": "x", "login_url": "u"}]}',
    "chrome.csv": "name,url,username,password,note\n",
    "firefox.csv": '"url","username","password","httpRealm","formActionOrigin","guid"\n',
    "icloud.csv": "Title,URL,Username,Password,Notes,OTPAuth\n",
    "nordpass_passwords.csv": "x",
    "roboform.csv": "Name,Url,MatchUrl,Login,Pwd,Note,Folder\n",
    "german.csv": "Titel;Webseite;Benutzername;Passwort\n",
    "private.kdbx": "x",
    "1Password.1pux": "x",
    "logins.json": "x",
    "cookies.txt": "x",
    "session from the browser.txt": "# Netscape HTTP Cookie File\n",
    # lists that people keep
    "Passwords 2024.txt": "x",
    "my passwords.xlsx": "x",
    "Passwörter.txt": "x",
    "Zugangsdaten neu.docx": "x",
    "密码.txt": "x",
    "비밀번호.txt": "x",
    "パスワード一覧.txt": "x",
    "mots de passe.ods": "x",
    "contraseñas.xlsx": "x",
    "пароли.txt": "x",
    "senhas.docx": "x",
    "wifi password.txt": "x",
    "Passwords (old).numbers": "x",
    "api key.txt": "x",
    # second factors, recovery and wallets
    "otp.txt": f"otpauth://totp/h:me?secret={_word(32, string.ascii_uppercase)}&issuer=h\n",
    "migration.md": f"otpauth-migration://offline?data={_word(60)}\n",
    "aegis-backup.json": "x",
    "authenticator.json": f'[{{"secret": "{_word(32, string.ascii_uppercase)}", "issuer": "h"}}]',
    "github-recovery-codes.txt": "x",
    "printed.txt": "Save your backup codes:\n\n" + "".join(f"{_word(4, '19')} {_word(4, '19')}\n" for _ in range(10)),
    "BitLocker key.txt": "recovery key: " + "-".join(_word(6, string.digits) for _ in range(8)),
    "disk.md": "The recovery key: " + "-".join(_word(6, string.digits) for _ in range(8)),
    "wallet.dat": "x",
    "UTC--2026-01-01T00-00-00Z--ab": "x",
    "account.json": '{"crypto": {"ciphertext": "x", "kdf": "scrypt"}}',
    "id.json": "[" + ",".join(str(_random.randrange(256)) for _ in range(64)) + "]",
    "seed phrase.txt": "x",
    "ledger.md": "My recovery phrase: " + " ".join(_WORDS),
    # histories
    ".bash_history": "x",
    ".psql_history": "x",
    "ConsoleHost_history.txt": "x",
}
