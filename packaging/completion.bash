# Completion in bash: commands, options, and the values of options that have few. It is installed as
# /usr/share/bash-completion/completions/whosent. For a source tree: source packaging/completion.bash
# A new option is one word here; CompletionTest compares this with what each command's --help says.

_whosent() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  # Bash takes --output=json for three words.
  case $word in
    =) word= ;;
    *) [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]} ;;
  esac

  local commands="demo trace search export user-report index msa user submit doctor autoconfig key purge seal hold
    erase access-log status verify rebuild warm-up help"
  local filters="--client --envelope-id --id --local-user --message-id --recipient --sender --since --until --user"
  local submission="--ca --from --helo --mechanism --password-file --smtp-port --submission-port --submissions-port
    --timeout --tls-name --to --user"
  local options= words= outputs="text json"
  case $command in
    trace) options="--case --data --dns --evidence --external --group-by --output" outputs="text json csv" ;;
    search)
      options="--case --data --failed-logins --limit --output --undelivered $filters" outputs="text json csv ids"
      ;;
    export) options="--case --data --output --to $filters" outputs="csv json" ;;
    user-report) options="--case --data --output --since --until --user" outputs="text json csv" ;;
    index) options="--data --follow --format --host --quiet --timezone --year" ;;
    msa) options="--check --config" ;;
    user) options="--no-password --users" words="add passwd set list suspend resume" ;;
    submit) options="--host --insecure --output --probe --verbose $submission" ;;
    doctor) options="--case --data --local-domain --output --outside --wait $submission" ;;
    autoconfig)
      options="--domain --format --host --imap --login --name --pop3 --submission-port --submissions-port"
      ;;
    key) options="--data --node" words="list rotate" ;;
    purge) options="--allow-short-retention --case --clock-was-ahead --data --dry-run --output --retention" ;;
    seal) options="--data --older-than --quiet" ;;
    hold) options="--case --data --name --output $filters" words="add list release" ;;
    erase) options="--case --data --user" ;;
    access-log)
      options="--by --case --data --of-case --output --shown --since --until" outputs="text json csv"
      ;;
    status | verify) options="--data --output" ;;
    rebuild) options="--data --day" ;;
    warm-up) words="index msa" ;;
    help) words=$commands ;;
  esac

  # Where nothing is said here, bash offers names of files.
  local offered=
  if [ "$COMP_CWORD" = 1 ]; then
    offered="$commands --help --version"
  else
    case $before in
      --output) offered=$outputs ;;
      --group-by) offered=user ;;
      --login) offered="address localpart" ;;
      --mechanism) offered="SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN OAUTHBEARER XOAUTH2" ;;
      --format)
        if [ "$command" = autoconfig ]; then
          offered="dns mozilla microsoft"
        else
          offered="auto journal postfix exim sendmail opensmtpd haraka dovecot kumomta stalwart james exchange rspamd"
        fi
        ;;
      *)
        case $word in
          -*) offered="$options --help" ;;
          *) [ "$COMP_CWORD" != 2 ] || offered=$words ;;
        esac
        ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$offered" -- "$word"))
}

complete -o default -F _whosent whosent
